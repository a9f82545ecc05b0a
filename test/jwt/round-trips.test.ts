import { JWTSigner, JWTVerifier } from 'sallyport/jwt'
import { describe, expect, test } from 'vitest'
import { exchangeFor, PEERS } from './peers.ts'

const claims = { sub: 'johndoe', scope: 'me items', name: 'Zoë 🛡', iat: 1_700_000_000, exp: 4_000_000_000 }

describe.each(PEERS)('$name', ({ name, algorithms, missing, exchange: ask }) => {
  const absent = missing()
  const title =
    absent === undefined ? '%s, both ways' : `%s: skipped, install Debian's ${absent} (npm run vectors does)`
  test.skipIf(absent !== undefined).each(algorithms)(title, async (algorithm) => {
    const { key, exchange } = await exchangeFor(algorithm, claims, (made) =>
      new JWTSigner({ key: made, expiresIn: '1h' }).sign(claims),
    )
    const answer = await ask(exchange)
    expect(answer.claims).toEqual(claims)
    expect(await new JWTVerifier({ keys: key }).verify(answer.token), name).toEqual(claims)
  })
})
