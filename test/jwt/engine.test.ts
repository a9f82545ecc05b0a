import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ALGORITHMS } from '../../src/jwt/algorithms.ts'
import type { JWTError } from '../../src/jwt/index.ts'

// Where there is no node:crypto, as in Workers without its compatibility flag: jose over WebCrypto, all else the same.
describe('without node:crypto', () => {
  const getBuiltinModule = process.getBuiltinModule
  beforeEach(() => {
    vi.resetModules()
    Object.assign(process, { getBuiltinModule: undefined })
  })
  afterEach(() => {
    Object.assign(process, { getBuiltinModule })
    vi.resetModules()
  })

  test.each(ALGORITHMS)('%s: signs, verifies, refuses, remembers', async (algorithm) => {
    const { JWTSigner, JWTVerifier, KeySet } = await import('../../src/jwt/index.ts')
    expect((await import('../../src/jwt/engine.ts')).engine.name).toBe('WebCrypto')
    const keys = await KeySet.generate(algorithm, { modulusLength: 2048 })
    const verifier = new JWTVerifier({ keys })
    const token = await new JWTSigner({ key: keys, expiresIn: 60 }).sign({ sub: 'Zoë' })
    const cold = verifier.check(token)
    expect(cold).toBeInstanceOf(Promise)
    expect(await cold).toMatchObject({ sub: 'Zoë' })
    expect(verifier.cached(token)).toBe(await cold)
    for (const other of [`${token}A`, `${token.slice(0, -8)}AAAAAAAA`, token.slice(0, token.lastIndexOf('.') + 1)]) {
      const code = await verifier.verify(other).catch((error: JWTError) => error.code)
      expect(code).toBe('signature_invalid')
    }
  })

  test.each(['RS256', 'ES256', 'EdDSA'] as const)('%s: PEM there and back', async (algorithm) => {
    const { Key } = await import('../../src/jwt/index.ts')
    const key = await Key.generate(algorithm, { modulusLength: 2048 })
    expect((await Key.fromPEM(await key.toPEM(), { algorithm })).thumbprint).toBe(key.thumbprint)
    expect((await Key.fromPEM(await key.exportPrivatePEM(), { algorithm })).type).toBe('private')
    await expect(Key.fromPEM(await key.toPEM())).rejects.toThrow(/^algorithm: name it/)
    const pkcs1 = '-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----'
    await expect(Key.fromPEM(pkcs1, { algorithm })).rejects.toThrow(/PKCS #8 and SPKI only/)
  })

  test('a point that is not on its curve', async () => {
    const { Key } = await import('../../src/jwt/index.ts')
    const jwk = (await Key.generate('ES256')).toJWK()
    await expect(Key.fromJWK({ ...jwk, y: 'A'.repeat(43) })).rejects.toThrow(/numbers are not those/)
  })

  test('a text as HMAC secret is its UTF-8 bytes here too', async () => {
    const { Key } = await import('../../src/jwt/index.ts')
    const text = 'Zoë’s secret, longer than thirty-two bytes'
    const header = Buffer.from('{"alg":"HS256"}').toString('base64url')
    const mac = createHmac('sha256', text).update(`${header}.e30`).digest('base64url')
    expect(await Key.fromSecret(text, 'HS256').sign(header, 'e30')).toBe(`${header}.e30.${mac}`)
  })
})

test('what must hold in every runtime holds here', async () => {
  const { checkRuntime } = await import('./runtime-check.ts')
  expect(await checkRuntime()).toEqual([])
})

describe('in Workers', () => {
  beforeEach(() => {
    vi.resetModules()
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
  })

  test('WebCrypto, since their node:crypto takes no key objects', async () => {
    expect((await import('../../src/jwt/engine.ts')).engine.name).toBe('WebCrypto')
  })

  test('each request fetches for itself, and nothing is fetched in the background', async () => {
    const { Key, RemoteKeySet } = await import('../../src/jwt/index.ts')
    const key = await Key.generate('ES256', { kid: 'main' })
    let now = 0
    let fetches = 0
    const keys = new RemoteKeySet('https://issuer.example', {
      clock: () => now,
      fetch: async () => {
        fetches++
        return Response.json({ keys: [key.toJWK()] })
      },
    })
    await Promise.all([keys.find('ES256', 'main'), keys.find('ES256', 'main')])
    expect(fetches).toBe(2)
    now = 599_999
    expect(keys.version).toBe(0)
    expect(fetches).toBe(2)
  })
})
