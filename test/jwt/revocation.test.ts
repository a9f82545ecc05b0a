import {
  JWT,
  JWTSigner,
  JWTVerifier,
  MemoryRevocationStore,
  RedisRevocationStore,
  type RevocationStore,
} from 'sallyport/jwt'
import { describe, expect, test } from 'vitest'

const secret = 'a text that is surely longer than thirty-two bytes'
const NOW = 1_800_000_000

const tokensWith = (revocation: RevocationStore): JWT =>
  new JWT({ secret, expiresIn: '30m', revocation, clock: () => NOW * 1000 })

/** Redis as far as the store knows it. */
class FakeRedis {
  readonly commands: string[][] = []
  readonly #keys = new Set<string>()
  send = async (...words: string[]): Promise<unknown> => {
    this.commands.push(words)
    if (words[0] === 'EXISTS') return this.#keys.has(words[1] as string) ? 1 : 0
    this.#keys.add(words[1] as string)
    return 'OK'
  }
}

describe.each([
  ['in memory', () => new MemoryRevocationStore(), true],
  ['in Redis', () => new RedisRevocationStore({ send: new FakeRedis().send }), false],
] as const)('%s', (_, make, atOnce) => {
  test('a revoked token is refused, warm or cold, and by other verifiers of the store', async () => {
    const store = make()
    const [tokens, others] = [tokensWith(store), tokensWith(store)]
    const [token, other] = [await tokens.sign({ sub: 'johndoe' }), await tokens.sign({ sub: 'johndoe' })]
    const claims = await tokens.verify(token)
    expect(await others.verify(token)).toEqual(claims)
    expect(tokens.cached(token)).toBe(atOnce ? claims : undefined)
    const warm = tokens.check(token)
    expect(warm instanceof Promise).toBe(!atOnce)
    expect(await warm).toBe(claims)

    await tokens.revoke(token)
    for (const one of [tokens, others, tokensWith(store)]) {
      expect(one.cached(token)).toBeUndefined()
      await expect(one.verify(token)).rejects.toMatchObject({ code: 'token_revoked', status: 401 })
    }
    await expect(tokens.verify(other)).resolves.toBeDefined()
    await expect(tokens.revoke(token)).rejects.toMatchObject({ code: 'token_revoked' })
  })
})

test('a token without jti is refused where revocation is asked', async () => {
  const token = await new JWTSigner({ key: secret, algorithm: 'HS256', expiresIn: 60 }).sign()
  const verifier = new JWTVerifier({ secret, algorithms: ['HS256'], revocation: new MemoryRevocationStore() })
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'claim_missing', claim: 'jti' })
})

test('revoke() without a store, and a store behind a schema that drops jti', async () => {
  const plain = new JWT({ secret, expiresIn: 60 })
  await expect(plain.revoke(await plain.sign())).rejects.toThrow(/^revocation: this verifier was given no store/)
  const claims = { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: 'all' }) } } as const
  const tokens = new JWT({ secret, expiresIn: 60, claims, revocation: new MemoryRevocationStore() })
  const token = await tokens.sign()
  expect(await tokens.verify(token)).toBe('all')
  await tokens.revoke(token)
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token_revoked' })
})

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('down')
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('down')
    },
  ],
  ['answers no boolean', () => undefined],
  ['answers a promise of none', async () => 'no'],
])('a store that %s lets nothing in: 503', async (_, isRevoked) => {
  const tokens = tokensWith({ isRevoked, revoke: isRevoked } as unknown as RevocationStore)
  const token = await tokens.sign()
  for (let times = 0; times < 2; times++) {
    await expect(tokens.verify(token)).rejects.toMatchObject({
      code: 'revocation_unavailable',
      status: 503,
      retryAfter: 5,
      '~answer': { status: 503, headers: { 'retry-after': '5' } },
    })
    expect(tokens.cached(token)).toBeUndefined()
  }
})

test('promises of another library are awaited', async () => {
  const thenable = <Value>(value: Value): Promise<Value> =>
    // biome-ignore lint/suspicious/noThenProperty: that is what is tested
    ({ then: (done: (value: Value) => unknown) => done(value) }) as unknown as Promise<Value>
  const tokens = tokensWith({ isRevoked: () => thenable(true), revoke: () => thenable(undefined) })
  await expect(tokens.verify(await tokens.sign())).rejects.toMatchObject({ code: 'token_revoked' })
  const claims = {
    '~standard': { version: 1, vendor: 'test', validate: () => thenable({ issues: [{ message: 'no' }] }) },
  } as const
  const refused = new JWTVerifier({ secret, algorithms: ['HS256'], claims, clock: () => NOW * 1000 })
  await expect(refused.verify(await tokens.sign())).rejects.toMatchObject({ code: 'claim_invalid' })
})

test('a warm token meets a store that went down', async () => {
  let down = false
  const isRevoked = (): boolean => {
    if (down) throw new Error('down')
    return false
  }
  const tokens = tokensWith({ isRevoked, revoke: isRevoked } as unknown as RevocationStore)
  const token = await tokens.sign()
  await tokens.verify(token)
  down = true
  expect(tokens.cached(token)).toBeUndefined()
  expect(() => tokens.check(token)).toThrow(expect.objectContaining({ code: 'revocation_unavailable' }))
  await expect(tokens.revoke(token)).rejects.toMatchObject({ code: 'revocation_unavailable' })
})

test('memory: full of tokens that live, revoking throws; those that are over make room', () => {
  let now = NOW
  const store = new MemoryRevocationStore({ max: 2, clock: () => now * 1000 })
  store.revoke('a', NOW + 10)
  store.revoke('b', NOW + 1000)
  store.revoke('b', NOW + 1000)
  expect(() => store.revoke('c', NOW + 10)).toThrow(RangeError)
  now += 610
  store.revoke('c', NOW + 1000)
  expect(['a', 'b', 'c', '__proto__'].map((jti) => store.isRevoked(jti))).toEqual([false, true, true, false])
  expect(() => new MemoryRevocationStore({ maximum: 2 } as never)).toThrow(/unknown option maximum/)
})

test('Redis: the commands', async () => {
  const redis = new FakeRedis()
  const store = new RedisRevocationStore({ send: redis.send, prefix: 'p:', clock: () => NOW * 1000 })
  await store.revoke('one', NOW + 60)
  await store.revoke('over', NOW - 600)
  await store.revoke('endless', Number.POSITIVE_INFINITY)
  expect(await store.isRevoked('one')).toBe(true)
  expect(redis.commands).toEqual([
    ['SET', 'p:one', '1', 'EX', '660'],
    ['SET', 'p:endless', '1'],
    ['EXISTS', 'p:one'],
  ])
})

test('Redis: odd replies are errors', async () => {
  const store = new RedisRevocationStore({ send: async () => null as unknown })
  await expect(store.revoke('a', NOW * 2)).rejects.toThrow(/SET: unexpected reply/)
  const loud = new RedisRevocationStore({ send: async () => 'LOADING' })
  await expect(loud.isRevoked('a')).rejects.toThrow(/EXISTS: unexpected reply/)
  expect(() => new RedisRevocationStore({} as never)).toThrow(/^send: expected a function/)
})
