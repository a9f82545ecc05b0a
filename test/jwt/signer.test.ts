import {
  AccessTokenSigner,
  AccessTokenVerifier,
  type JWTClaims,
  JWTSigner,
  type JWTSignerOptions,
  JWTVerifier,
  Key,
  KeySet,
} from 'sallyport/jwt'
import { describe, expect, test } from 'vitest'

const secret = 'a text that is surely longer than thirty-two bytes'
const NOW = 1_800_000_000
const clock = (): number => NOW * 1000 + 999
const signerWith = (options: Partial<JWTSignerOptions> = {}): JWTSigner =>
  new JWTSigner({ key: secret, algorithm: 'HS256', expiresIn: '30m', clock, ...options })
const partsOf = (token: string): unknown[] =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))

test('the header and the configured claims', async () => {
  expect(partsOf(await signerWith().sign({ sub: 'Zoë' }))).toEqual([
    { alg: 'HS256', typ: 'JWT' },
    { sub: 'Zoë', iat: NOW, exp: NOW + 1800 },
  ])
  const full = signerWith({ issuer: 'i', audience: ['a', 'b'], notBefore: 5, typ: 'x+jwt', jti: true })
  const [header, claims] = partsOf(await full.sign())
  expect(header).toEqual({ alg: 'HS256', typ: 'x+jwt' })
  expect(claims).toEqual({
    iss: 'i',
    aud: ['a', 'b'],
    iat: NOW,
    nbf: NOW + 5,
    exp: NOW + 1800,
    jti: expect.any(String),
  })
  expect(partsOf(await full.sign())[1]).not.toEqual(claims)
})

test('claims that are given win over those that are made, but not the issuer', async () => {
  const signer = signerWith({ issuer: 'i', audience: 'a' })
  expect(partsOf(await signer.sign({ exp: NOW + 5, iat: 1, aud: 'b', iss: 'i' }))[1]).toEqual({
    iss: 'i',
    aud: 'b',
    iat: 1,
    exp: NOW + 5,
  })
  await expect(signer.sign({ iss: 'other' })).rejects.toThrow(/^iss: the signer has another issuer/)
})

test.each<[RegExp, unknown]>([
  [/^claims: expected an object/, null],
  [/^claims: expected an object/, []],
  [/^sub: expected a text/, { sub: 7 }],
  [/^iss: expected a text/, { iss: 7 }],
  [/^jti: expected a text/, { jti: {} }],
  [/^exp: expected seconds/, { exp: new Date() }],
  [/^exp: expected seconds/, { exp: Number.POSITIVE_INFINITY }],
  [/^nbf: expected seconds/, { nbf: '1' }],
  [/^iat: expected seconds/, { iat: Number.NaN }],
  [/^aud: expected a text/, { aud: [7] }],
  [/BigInt/, { big: 1n }],
])('%s', async (message, claims) => {
  await expect(signerWith().sign(claims as JWTClaims)).rejects.toThrow(message)
  await expect(signerWith().sign(claims as JWTClaims)).rejects.toThrow(TypeError)
})

test.each<[RegExp, object]>([
  [/^expiresIn: required/, { expiresIn: undefined }],
  [/^expiresIn: expected at least 1/, { expiresIn: 0 }],
  [/^expiresIn: expected at least 1/, { expiresIn: '30 minutes' }],
  [/^notBefore: expected/, { notBefore: -1 }],
  [/^algorithm: expected one of/, { algorithm: undefined }],
  [/^algorithm: a secret is for/, { algorithm: 'ES256' }],
  [/^secret: HS512 needs/, { algorithm: 'HS512' }],
  [/^key: expected a Key/, { key: {} }],
  [/^issuer: expected/, { issuer: '' }],
  [/^audience: expected/, { audience: [] }],
  [/^audience: expected/, { audience: '' }],
  [/^typ: expected/, { typ: '' }],
  [/unknown option issuers/, { issuers: 'i' }],
])('refused: %s', (message, options) => {
  expect(() => signerWith(options as Partial<JWTSignerOptions>)).toThrow(message)
})

test('a public key, and another algorithm than the key’s', async () => {
  const key = await Key.generate('ES256')
  const open = await Key.fromJWK(key.toJWK())
  expect(() => new JWTSigner({ key: open, expiresIn: 60 })).toThrow(/public key cannot sign/)
  expect(() => new JWTSigner({ key, algorithm: 'ES384', expiresIn: 60 })).toThrow(/^algorithm: the key is for ES256/)
})

describe('RFC 9068', () => {
  const both = { issuer: 'https://accounts.example', audience: 'https://api.example' }
  const made = KeySet.generate('ES256').then((keys) => ({
    keys,
    signer: new AccessTokenSigner({ key: keys, expiresIn: '10m', ...both }),
    verifier: new AccessTokenVerifier({ keys, ...both }),
  }))
  const grant = { sub: 'johndoe', client_id: 'spa', scope: 'me items', auth_time: 1_700_000_000, amr: ['pwd'] }

  test('section 2: typ at+jwt and all required claims', async () => {
    const { keys, signer, verifier } = await made
    const token = await signer.sign(grant)
    expect(partsOf(token)[0]).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: keys.signingKey.kid })
    const claims = await verifier.verify(token)
    const { jti, client_id }: { jti: string; client_id: string } = claims
    expect({ jti, client_id }).toEqual({ jti: expect.stringMatching(/^[\da-f-]{36}$/), client_id: 'spa' })
    expect(claims).toMatchObject({ ...grant, iss: both.issuer, aud: both.audience })
    expect(verifier.cached(token)).toBe(claims)
  })

  test('section 4: an ID token of the same issuer is refused', async () => {
    const { keys, verifier } = await made
    const idToken = await new JWTSigner({ key: keys, expiresIn: 60, jti: true, ...both }).sign(grant)
    await expect(verifier.verify(idToken)).rejects.toMatchObject({ code: 'type_wrong' })
  })

  test('and an access token is refused where a plain JWT is expected', async () => {
    const { keys, signer } = await made
    const verifier = new JWTVerifier({ keys, ...both })
    await expect(verifier.verify(await signer.sign(grant))).rejects.toMatchObject({ code: 'type_wrong' })
  })

  test.each(['sub', 'client_id', 'jti', 'iss', 'aud', 'exp', 'iat'])('section 2.2: without %s', async (name) => {
    const { keys, verifier } = await made
    const now = Math.floor(Date.now() / 1000)
    const whole = { ...grant, iss: both.issuer, aud: both.audience, jti: '1', iat: now, exp: now + 60 }
    const { [name as 'sub']: _, ...claims } = whole
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const header = encode({ alg: 'ES256', typ: 'at+jwt' })
    await expect(verifier.verify(await keys.signingKey.sign(header, encode(whole)))).resolves.toBeDefined()
    await expect(verifier.verify(await keys.signingKey.sign(header, encode(claims)))).rejects.toMatchObject({
      code: 'claim_missing',
      claim: name,
    })
  })

  test.each([{ sub: '' }, { client_id: 7 }, { scope: ['me'] }, { auth_time: 'x' }, { acr: 1 }, { amr: 'pwd' }])(
    'section 2.2: %j is neither signed nor taken',
    async (change) => {
      const { keys, signer, verifier } = await made
      await expect(signer.sign({ ...grant, ...change } as never)).rejects.toThrow(TypeError)
      const plain = new JWTSigner({ key: keys, expiresIn: 60, jti: true, typ: 'at+jwt', ...both })
      await expect(verifier.verify(await plain.sign({ ...grant, ...change } as never))).rejects.toMatchObject({
        code: 'claim_invalid',
      })
    },
  )

  test('issuer, audience and lifetime are required, and the checks cannot be switched off', async () => {
    const { keys } = await made
    for (const name of ['issuer', 'audience', 'expiresIn']) {
      const options = { key: keys, expiresIn: 60, ...both, [name]: undefined } as never
      expect(() => new AccessTokenSigner(options)).toThrow(new RegExp(`^${name}: required`))
    }
    for (const name of ['issuer', 'audience']) {
      expect(() => new AccessTokenVerifier({ keys, ...both, [name]: undefined } as never)).toThrow(/: required/)
    }
    for (const name of ['typ', 'dangerouslyAllowMissingExpiry', 'dangerouslyIgnoreAudience']) {
      expect(() => new AccessTokenVerifier({ keys, ...both, [name]: true } as never)).toThrow(/unknown option/)
    }
  })
})
