import { JWTSigner, JWTVerifier, Key, KeySet } from 'sallyport/jwt'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.useRealTimers()
})

test('after rotation the new key signs, and the old one verifies until its tokens are over', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
  const keys = await KeySet.generate('ES256')
  const signer = new JWTSigner({ key: keys, expiresIn: '30m' })
  const verifier = new JWTVerifier({ keys })
  const old = await signer.sign({ sub: 'johndoe' })
  const first = keys.signingKey
  const claims = await verifier.verify(old)

  const second = await keys.rotate()
  expect(keys.signingKey).toBe(second)
  expect(keys.keys).toEqual([second, first])
  expect(keys.jwks().keys.map(({ kid }) => kid)).toEqual([second.kid, first.kid])
  expect(verifier.cached(old)).toBe(claims)
  const young = await signer.sign({ sub: 'johndoe' })
  expect(JSON.parse(Buffer.from(young.split('.')[0] as string, 'base64url').toString()).kid).toBe(second.kid)
  await verifier.verify(young)

  // The lifetime of the tokens and a minute for clocks that differ.
  vi.setSystemTime(1_800_000_000_000 + (1800 + 60) * 1000)
  expect(keys.keys).toEqual([second])
  await expect(verifier.verify(old)).rejects.toMatchObject({ code: 'key_unknown' })
})

test('a warm token ends with its key, even when it has no end of its own', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
  const keys = await KeySet.generate('HS256')
  const signer = new JWTSigner({ key: keys, dangerouslyAllowMissingExpiry: true })
  const verifier = new JWTVerifier({ keys, dangerouslyAllowMissingExpiry: true })
  const token = await signer.sign()
  await keys.rotate({ verifyFor: '1h' })
  await verifier.verify(token)
  vi.setSystemTime(1_800_000_000_000 + 3_599_999)
  expect(verifier.cached(token)).toBeDefined()
  vi.setSystemTime(1_800_000_000_000 + 3_600_000)
  expect(verifier.cached(token)).toBeUndefined()
})

test('a removed key takes its warm tokens along at once', async () => {
  const keys = await KeySet.generate('HS256')
  const verifier = new JWTVerifier({ keys })
  const token = await new JWTSigner({ key: keys, expiresIn: '1h' }).sign()
  await verifier.verify(token)
  const leaked = keys.signingKey.kid as string
  expect(() => keys.remove(leaked)).toThrow(/last key/)
  await keys.rotate()
  expect(verifier.cached(token)).toBeDefined()
  expect(keys.remove(leaked)).toBe(true)
  expect(keys.remove(leaked)).toBe(false)
  expect(verifier.cached(token)).toBeUndefined()
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'key_unknown' })
})

test('a key that was rotated out keeps its earlier end', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
  const keys = await KeySet.generate('EdDSA')
  const first = keys.signingKey
  await keys.rotate({ verifyFor: 100 })
  await keys.rotate({ verifyFor: 1000 })
  vi.setSystemTime(1_800_000_000_000 + 100_000)
  expect(keys.keys).toHaveLength(2)
  expect(keys.keys).not.toContain(first)
})

test('another algorithm after a rotation', async () => {
  const keys = await KeySet.generate('RS256', { modulusLength: 2048 })
  const verifier = new JWTVerifier({ keys })
  const signer = new JWTSigner({ key: keys, expiresIn: 60 })
  const old = await signer.sign()
  await keys.rotate({ key: await Key.generate('ES256') })
  await verifier.verify(old)
  await verifier.verify(await signer.sign())
  expect([...keys.algorithms]).toEqual(['ES256', 'RS256'])
})

test('a new RSA key is as long as the old one', async () => {
  const keys = await KeySet.generate('PS256', { modulusLength: 2048 })
  const { n } = (await keys.rotate({ verifyFor: 0 })).toJWK()
  expect(n).toHaveLength(342)
})

test('published before it signs', async () => {
  const keys = await KeySet.generate('ES256')
  const next = await Key.generate('ES256')
  keys.add(next)
  expect(keys.signingKey).not.toBe(next)
  expect(keys.jwks().keys[1]).toEqual(next.toJWK())
  await keys.rotate({ key: next, verifyFor: 60 })
  expect(keys.keys[0]).toBe(next)
  expect(keys.keys).toHaveLength(2)
})

test('stored and loaded again with the ends of replaced keys', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
  const keys = await KeySet.generate('ES256')
  await keys.rotate({ verifyFor: 100 })
  const stored = JSON.parse(JSON.stringify(keys.exportPrivate()))
  expect(stored.keys.map(({ exp }: { exp?: number }) => exp)).toEqual([undefined, 1_800_000_100])
  const loaded = await KeySet.from(stored)
  expect(loaded.jwks()).toEqual(keys.jwks())
  expect(loaded.signingKey.type).toBe('private')
  vi.setSystemTime(1_800_000_100_000)
  expect(loaded.keys).toHaveLength(1)
  expect((await KeySet.from(stored)).keys).toHaveLength(1)
})

test('from one key, a list and every form', async () => {
  const secret = 'x'.repeat(32)
  expect((await KeySet.from({ secret, algorithm: 'HS256' })).signingKey.type).toBe('secret')
  const key = await Key.generate('ES256')
  const set = await KeySet.from([
    { pem: await key.exportPrivatePEM(), kid: 'a' },
    { jwk: key.toJWK(), kid: 'b' },
    { raw: key.toRaw(), algorithm: 'ES256', kid: 'c' },
    key,
  ])
  expect(set.keys.map(({ kid }) => kid)).toEqual(['a', 'b', 'c', key.kid])
})

test('tokens without kid are tried with each key, and with eight at most', async () => {
  const named = await Promise.all(Array.from({ length: 9 }, () => Key.generate('HS256')))
  const old = named[1] as Key
  const nameless = await Key.fromRaw(Buffer.from(old.exportPrivateJWK().k as string, 'base64url'), 'HS256')
  const token = await new JWTSigner({ key: nameless, expiresIn: 60 }).sign()
  const two = new JWTVerifier({ keys: new KeySet(named.slice(0, 2)) })
  await expect(two.verify(token)).resolves.toBeDefined()
  const nine = new JWTVerifier({ keys: new KeySet(named) })
  await expect(nine.verify(token)).rejects.toMatchObject({ code: 'key_unknown' })
})

test('the slow curves try each key too', async () => {
  const [one, two] = await Promise.all([Key.generate('ES384'), Key.generate('ES384')])
  const plain = async (key: Key): Promise<Key> => Key.fromRaw(key.toRaw(), 'ES384')
  const verifier = new JWTVerifier({ keys: new KeySet([await plain(one), await plain(two)]) })
  await expect(verifier.verify(await new JWTSigner({ key: two, expiresIn: 60 }).sign())).resolves.toBeDefined()
  const other = await Key.generate('ES384')
  await expect(verifier.verify(await new JWTSigner({ key: other, expiresIn: 60 }).sign())).rejects.toMatchObject({
    code: 'signature_invalid',
  })
})

test('a kid of the prototype chain is just an unknown name', async () => {
  const keys = await KeySet.generate('HS256', { kid: 'main' })
  for (const kid of ['__proto__', 'constructor', 'toString', '']) {
    expect(keys.find('HS256', kid)).toEqual([])
    expect(keys.find(kid, 'main')).toEqual([])
  }
})

test.each<[RegExp, () => Promise<unknown>]>([
  [/at least one key/, async () => new KeySet([])],
  [/at least one key/, async () => KeySet.from([])],
  [/at least one key/, async () => KeySet.from({ keys: [] })],
  [/at most 32/, async () => new KeySet(await Promise.all(Array.from({ length: 33 }, () => Key.generate('HS256'))))],
  [
    /the same kid/,
    async () => KeySet.from([await Key.generate('HS256', { kid: 'a' }), await Key.generate('HS256', { kid: 'a' })]),
  ],
  [/must not be mixed/, async () => KeySet.from([await Key.generate('HS256'), await Key.generate('ES256')])],
  [/must not be mixed/, async () => (await KeySet.generate('ES256')).add(await Key.generate('HS256'))],
  [/expected a key/, async () => KeySet.from('key' as never)],
  [/expected a key/, async () => KeySet.from([7] as never)],
  [/expected \{ jwk \}/, async () => KeySet.from({} as never)],
  [
    /exp of a key is not a number/,
    async () => KeySet.from({ keys: [{ ...(await Key.generate('ES256')).toJWK(), exp: 'x' }] as never }),
  ],
  [/^verifyFor: say how long/, async () => (await KeySet.generate('ES256')).rotate()],
  [
    /^key: a public key cannot sign/,
    async () => {
      const keys = await KeySet.generate('ES256')
      return keys.rotate({ key: await Key.fromJWK((await Key.generate('ES256')).toJWK()), verifyFor: 1 })
    },
  ],
  [/a secret has no public form/, async () => (await KeySet.generate('HS256')).jwks()],
])('%s', async (message, make) => {
  await expect(make()).rejects.toThrow(message)
})
