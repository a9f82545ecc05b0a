import { JWT, type JWTError, JWTSigner } from 'sallyport/jwt'
import { expect, test } from 'vitest'
import { z } from 'zod'

const secret = '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'

test('what is signed is verified, and warm the second time', async () => {
  const tokens = new JWT({ secret, expiresIn: '30m', issuer: 'accounts', audience: 'api' })
  const token = await tokens.sign({ sub: 'johndoe', scope: 'me items' })
  expect(tokens.cached(token)).toBeUndefined()
  const claims = await tokens.verify(token)
  expect(claims).toEqual({
    iss: 'accounts',
    aud: 'api',
    sub: 'johndoe',
    scope: 'me items',
    iat: expect.any(Number),
    exp: (claims.iat as number) + 1800,
  })
  expect(tokens.cached(token)).toBe(claims)
  expect(tokens.check(token)).toBe(claims)
})

test('the schema types the claims and refuses others', async () => {
  const claims = z.object({ sub: z.string(), scope: z.string().default('') })
  const tokens = new JWT({ secret, expiresIn: '30m', claims })
  const { sub, scope }: { sub: string; scope: string } = await tokens.verify(await tokens.sign({ sub: 'johndoe' }))
  expect({ sub, scope }).toEqual({ sub: 'johndoe', scope: '' })
  const refused: JWTError = await tokens.verify(await tokens.sign({})).catch((error) => error)
  expect(refused).toMatchObject({
    code: 'claim_invalid',
    status: 401,
    message: 'The claims of the token are not valid',
  })
})

test('a token without exp needs the loud switch on both sides', async () => {
  expect(() => new JWTSigner({ key: secret, algorithm: 'HS256' })).toThrow(/^expiresIn: required/)
  const lasting = new JWT({ secret, dangerouslyAllowMissingExpiry: true })
  const token = await lasting.sign({ sub: 'johndoe' })
  await expect(lasting.verify(token)).resolves.toMatchObject({ sub: 'johndoe' })
  await expect(new JWT({ secret, expiresIn: 60 }).verify(token)).rejects.toMatchObject({ code: 'claim_missing' })
})

test('keys and a secret exclude each other', () => {
  expect(() => new JWT({ expiresIn: 60 })).toThrow(/^secret: give either/)
  // @ts-expect-error an option that does not exist
  expect(() => new JWT({ secret, expiresIn: 60, algorithms: ['HS256'] })).toThrow(/unknown option algorithms/)
})
