import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import type { JWK } from 'jose'
import { ALGORITHMS, type AlgorithmName, Key } from 'sallyport/jwt'
import { describe, expect, test } from 'vitest'

const encode = (text: string): string => Buffer.from(text).toString('base64url')
const sample = { header: encode('{"alg":"x"}'), payload: encode('{}') }
const asymmetric = ALGORITHMS.filter((name) => !name.startsWith('HS'))

async function signsFor(signing: Key, verifying: Key): Promise<boolean> {
  const { header, payload } = { ...sample, header: encode(JSON.stringify({ alg: signing.algorithm })) }
  const signature = (await signing.sign(header, payload)).split('.')[2] as string
  return verifying.verify({ header, payload, signature, signingInput: `${header}.${payload}` })
}

describe.each(asymmetric)('%s', (algorithm) => {
  test('through JWK and PEM, private and public', async () => {
    const key = await Key.generate(algorithm, { modulusLength: 2048 })
    expect(key).toMatchObject({ algorithm, type: 'private', kid: key.thumbprint })
    const copies = {
      privateJWK: await Key.fromJWK(key.exportPrivateJWK()),
      privatePEM: await Key.fromPEM(await key.exportPrivatePEM(), { algorithm }),
      publicJWK: await Key.fromJWK(key.toJWK()),
      publicPEM: await Key.fromPEM(await key.toPEM(), { algorithm, kid: 'given' }),
    }
    for (const copy of Object.values(copies)) {
      expect(copy.thumbprint).toBe(key.thumbprint)
      expect(await signsFor(key, copy)).toBe(true)
    }
    expect(await signsFor(copies.privatePEM, copies.publicJWK)).toBe(true)
    expect(copies.publicPEM).toMatchObject({ type: 'public', kid: 'given' })
    expect(Object.keys(key.toJWK()).sort().join()).not.toMatch(/\b(d|p|q|dp|dq|qi|k)\b/)
    await expect(copies.publicJWK.sign('e30', 'e30')).rejects.toThrow(/public key cannot sign/)
    expect(() => copies.publicJWK.exportPrivateJWK()).toThrow(TypeError)
  })

  test('a signature by another key is refused', async () => {
    const options = { modulusLength: 2048 }
    expect(await signsFor(await Key.generate(algorithm, options), await Key.generate(algorithm, options))).toBe(false)
  })
})

test.each(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const)('%s through raw bytes', async (algorithm) => {
  const key = await Key.generate(algorithm)
  expect(await signsFor(key, await Key.fromRaw(key.toRaw(), algorithm))).toBe(true)
  await expect(Key.fromRaw(key.toRaw().subarray(1), algorithm)).rejects.toThrow(TypeError)
})

test('raw bytes of a secret, and none for RSA', async () => {
  const key = await Key.fromRaw(new Uint8Array(32).fill(7), 'HS256')
  expect(key).toMatchObject({ type: 'secret', thumbprint: undefined, kid: undefined })
  await expect(Key.fromRaw(new Uint8Array(256), 'RS256')).rejects.toThrow(/have no raw form/)
})

test('a secret is copied, so that nobody changes it afterwards', async () => {
  const bytes = new Uint8Array(32).fill(7)
  const [before, same] = [Key.fromSecret(bytes, 'HS256'), Key.fromSecret(new Uint8Array(bytes), 'HS256')]
  bytes.fill(0)
  expect(await signsFor(before, same)).toBe(true)
})

test('text is its UTF-8 bytes', async () => {
  const text = 'Zoë’s secret, longer than thirty-two bytes'
  expect(await signsFor(Key.fromSecret(text, 'HS256'), Key.fromSecret(Buffer.from(text, 'utf8'), 'HS256'))).toBe(true)
})

test.each(['HS256', 'ES256'] as const)('%s: nothing that prints a key shows its private part', async (algorithm) => {
  const key = await Key.generate(algorithm)
  const { d, k } = key.exportPrivateJWK()
  for (const text of [JSON.stringify(key), inspect(key, { depth: 9, showHidden: true }), String(key)]) {
    expect(text).not.toContain(d ?? k)
  }
})

test.each([
  [/^toJWK: a secret has no public form/, (key: Key) => key.toJWK()],
  [/^toJWK: a secret has no public form/, (key: Key) => key.toPEM()],
  [/^exportPrivatePEM: a secret has no PEM form/, (key: Key) => key.exportPrivatePEM()],
])('of a secret: %s', async (message, take) => {
  await expect(async () => take(Key.fromSecret('x'.repeat(32), 'HS256'))).rejects.toThrow(message)
})

describe('refused JWKs', () => {
  const made = Promise.all([Key.generate('ES256'), Key.generate('RS256', { modulusLength: 2048 })])
  const ec = async (change: object): Promise<JWK> => ({ ...(await made)[0].toJWK(), ...change }) as JWK
  const rsa = async (change: object): Promise<JWK> => ({ ...(await made)[1].toJWK(), ...change }) as JWK
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })

  test.each<[RegExp, () => Promise<JWK> | JWK]>([
    [/modulus of 2048/, () => rsa({ n: short.n })],
    [/exponent of at least 3/, () => rsa({ e: 'AQ' })],
    [/exponent of at least 3/, () => rsa({ e: 'AA' })],
    [/exponent of at least 3/, () => rsa({ e: 'Ag' })],
    [/exponent of at least 3/, () => rsa({ e: '' })],
    [/n is not base64url/, () => rsa({ n: 'a b' })],
    [/n is not base64url/, () => rsa({ n: 7 })],
    [/more than two primes/, () => rsa({ oth: [] })],
    [/use is not sig/, () => ec({ use: 'enc' })],
    [/key_ops do not hold verify/, () => ec({ use: undefined, key_ops: ['sign'] })],
    [/key_ops do not hold verify/, () => ec({ key_ops: 'verify' })],
    [/kty does not fit/, () => ec({ kty: 'RSA' })],
    [/crv does not fit/, () => ec({ crv: 'P-384' })],
    [/x does not have the length/, () => ec({ x: 'AAAA' })],
    [/numbers are not those/, () => ec({ y: 'A'.repeat(43) })],
    [/alg is not a supported/, () => ec({ alg: 'ES256K' })],
    [/alg is not a supported/, () => ec({ alg: 'none' })],
    [/kid is not a text/, () => ec({ kid: '' })],
    [/kid is not a text/, () => ec({ kid: 7 })],
    [/name the key's algorithm/, () => rsa({ alg: undefined })],
    [/at least 32 bytes/, () => ({ kty: 'oct', k: 'AAAA', alg: 'HS256' })],
    [/k is not base64url/, () => ({ kty: 'oct', alg: 'HS256' })],
    [/expected a JWK/, () => null as unknown as JWK],
  ])('%s', async (message, jwk) => {
    await expect(Key.fromJWK(await jwk())).rejects.toThrow(message)
    await expect(Key.fromJWK(await jwk())).rejects.toThrow(TypeError)
  })

  test('an algorithm that the key does not name', async () => {
    await expect(Key.fromJWK(await ec({}), { algorithm: 'ES384' })).rejects.toThrow(/alg is not ES384/)
  })

  test('a curve is enough to know the algorithm', async () => {
    expect((await Key.fromJWK(await ec({ alg: undefined }))).algorithm).toBe('ES256')
  })
})

describe('PEM', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const PEM = 'pem'

  test.each<[string, AlgorithmName, string]>([
    ['PKCS #1 private', 'RS256', pair.privateKey.export({ format: PEM, type: 'pkcs1' }) as string],
    ['PKCS #1 public', 'PS256', pair.publicKey.export({ format: PEM, type: 'pkcs1' }) as string],
    ['SEC 1', 'ES256', ec.privateKey.export({ format: PEM, type: 'sec1' }) as string],
    ['white space around', 'ES256', `\n  ${ec.publicKey.export({ format: PEM, type: 'spki' })}\n`],
  ])('%s', async (_, algorithm, text) => {
    expect((await Key.fromPEM(text, { algorithm })).algorithm).toBe(algorithm)
  })

  test.each<[RegExp, string]>([
    [/certificate/, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    [
      /encrypted/,
      ec.privateKey.export({ format: PEM, type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }) as string,
    ],
    [
      /encrypted/,
      pair.privateKey.export({ format: PEM, type: 'pkcs1', cipher: 'aes-256-cbc', passphrase: 'x' }) as string,
    ],
    [/expected one/, 'not PEM'],
    [/expected one/, ''],
    [/expected one/, (ec.publicKey.export({ format: PEM, type: 'spki' }) as string).repeat(2)],
    [/cannot be read/, '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    [/kty does not fit/, pair.publicKey.export({ format: PEM, type: 'spki' }) as string],
    [
      /modulus of 2048/,
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: PEM, type: 'spki' }) as string,
    ],
  ])('%s', async (message, text) => {
    const algorithm = message.source.includes('2048') ? 'RS256' : 'ES256'
    await expect(Key.fromPEM(text, { algorithm })).rejects.toThrow(message)
    await expect(Key.fromPEM(text, { algorithm })).rejects.toThrow(TypeError)
  })
})

test.each([
  [/^algorithm: expected one of/, 'none', {}],
  [/^modulusLength: expected 2048/, 'RS256', { modulusLength: 1024 }],
  [/^modulusLength: expected 2048/, 'PS256', { modulusLength: Number.NaN }],
  [/^kid: expected/, 'HS256', { kid: '' }],
])('generate: %s', async (message, algorithm, options) => {
  await expect(Key.generate(algorithm as AlgorithmName, options)).rejects.toThrow(message)
})
