import { RateLimiterMemory } from 'rate-limiter-flexible'
import {
  LoginThrottle,
  LoginThrottledError,
  MemoryThrottleStore,
  RateLimiterStore,
  type ThrottleStore,
} from 'sallyport/password'
import { describe, expect, test } from 'vitest'

/** A clock that is moved by hand. */
class Clock {
  time = 1_800_000_000_000

  readonly now = (): number => this.time

  pass(milliseconds: number): void {
    this.time += milliseconds
  }
}

const here = '192.0.2.1'

/** What the answer says of the next login: nothing, or the seconds to wait. */
async function waitOf(throttle: LoginThrottle, user: string, address?: string): Promise<number | undefined> {
  const error = await throttle.check(user, address).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error === undefined) return undefined
  expect(error).toBeInstanceOf(LoginThrottledError)
  const { status, retryAfter, headers, code, message } = error as LoginThrottledError
  expect([status, code, headers]).toEqual([429, 'ERR_LOGIN_THROTTLED', { 'retry-after': String(retryAfter) }])
  expect(message).not.toContain(user)
  return retryAfter
}

async function fail(throttle: LoginThrottle, times: number, user: string, address?: string): Promise<void> {
  for (let i = 0; i < times; i++) await throttle.failed(user, address)
}

const stores: [string, () => ThrottleStore][] = [
  ['in memory', () => new MemoryThrottleStore()],
  ['rate-limiter-flexible', () => new RateLimiterStore(new RateLimiterMemory({ points: 1, duration: 60 }))],
]

describe.each(stores)('%s', (_name, store) => {
  test('a user has five failures free, then waits, each time twice as long, up to the most', async () => {
    const clock = new Clock()
    const throttle = new LoginThrottle({ store: store(), now: clock.now })
    await fail(throttle, 4, 'alice')
    expect(await waitOf(throttle, 'alice')).toBeUndefined()
    const waits: (number | undefined)[] = []
    for (let i = 0; i < 13; i++) {
      await throttle.failed('alice')
      const wait = await waitOf(throttle, 'alice')
      waits.push(wait)
      clock.pass((wait ?? 0) * 1000)
      expect(await waitOf(throttle, 'alice')).toBeUndefined()
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900])
  })

  test('others do not wait, and a success forgets the failures', async () => {
    const throttle = new LoginThrottle({ store: store(), now: new Clock().now })
    await fail(throttle, 9, 'alice')
    expect(await waitOf(throttle, 'alice')).toBe(16)
    expect(await waitOf(throttle, 'bob')).toBeUndefined()
    await throttle.succeeded('alice')
    expect(await waitOf(throttle, 'alice')).toBeUndefined()
    await fail(throttle, 4, 'alice')
    expect(await waitOf(throttle, 'alice')).toBeUndefined()
  })

  test('an address that tries many names waits, and no success clears it', async () => {
    const throttle = new LoginThrottle({ store: store(), now: new Clock().now })
    for (let i = 0; i < 22; i++) await throttle.failed(`user${i}`, here)
    expect(await waitOf(throttle, 'another', here)).toBe(4)
    await throttle.succeeded('mine', here)
    expect(await waitOf(throttle, 'another', here)).toBe(4)
    expect(await waitOf(throttle, 'another', '192.0.2.2')).toBeUndefined()
    expect(await waitOf(throttle, 'another')).toBeUndefined()
  })

  test('attempt() counts how the login ends', async () => {
    const throttle = new LoginThrottle({ store: store(), user: { free: 2 }, now: new Clock().now })
    expect(await throttle.attempt('alice', here, async () => undefined)).toBeUndefined()
    await expect(throttle.attempt('alice', here, () => Promise.reject(new Error('down')))).rejects.toThrow('down')
    expect(await waitOf(throttle, 'alice')).toBeUndefined()
    expect(await throttle.attempt('alice', here, () => ({ name: 'alice' }))).toEqual({ name: 'alice' })
    expect(await throttle.attempt('alice', here, () => false)).toBe(false)
    expect(await throttle.attempt('alice', here, () => null)).toBeNull()
    let called = false
    const third = throttle.attempt('alice', here, () => {
      called = true
    })
    await expect(third).rejects.toThrow(LoginThrottledError)
    expect(called).toBe(false)
  })
})

test('many attempts at once are no way around the limit', async () => {
  const throttle = new LoginThrottle({ user: { free: 3 } })
  let guesses = 0
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, () =>
      throttle.attempt('alice', undefined, async () => {
        guesses++
        await new Promise((resolve) => setImmediate(resolve))
        return undefined
      }),
    ),
  )
  expect(guesses).toBeLessThanOrEqual(3)
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(guesses)
  // Nothing is left over from those that were refused.
  await throttle.succeeded('alice')
  expect(await throttle.attempt('alice', undefined, () => true)).toBe(true)
})

test('failures are forgotten after a while', async () => {
  const clock = new Clock()
  const throttle = new LoginThrottle({ now: clock.now })
  await fail(throttle, 20, 'alice', here)
  expect(await waitOf(throttle, 'alice', here)).toBe(900)
  clock.pass(86_400_000)
  expect(await waitOf(throttle, 'alice', here)).toBeUndefined()
  await throttle.failed('alice', here)
  expect(await waitOf(throttle, 'alice', here)).toBeUndefined()
})

test('spellings of one name and of one address are one', async () => {
  const throttle = new LoginThrottle({ user: { free: 1 }, address: { free: 1 }, now: new Clock().now })
  await throttle.failed('Alice')
  expect(await waitOf(throttle, ' ALICE')).toBe(1)
  expect(await waitOf(throttle, 'ａlice')).toBe(1)
  const same: [string, string, boolean][] = [
    ['192.0.2.1', '::ffff:192.0.2.1', true],
    ['192.0.2.1', '::ffff:c000:201', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['2001:db8::1', '2001:DB8:0:0:ffff::2', true],
    ['2001:db8::1', '2001:db8:0:1::1', false],
    ['fe80::1%eth0', 'fe80::2', true],
    ['::1', '::2', true],
    ['unix:/run/app.sock', 'UNIX:/run/app.sock', true],
  ]
  for (const [first, second, one] of same) {
    const fresh = new LoginThrottle({ address: { free: 1 }, now: new Clock().now })
    await fresh.failed('a', first)
    expect([first, second, (await waitOf(fresh, 'b', second)) !== undefined]).toEqual([first, second, one])
  }
})

test('the memory is bounded: the longest quiet key goes first, and old ones go by themselves', () => {
  const store = new MemoryThrottleStore(3)
  for (const key of ['a', 'b', 'c', 'a', 'd']) store.add(key, 1000, 500)
  expect(store.size).toBe(3)
  expect(['a', 'b', 'c', 'd'].map((key) => store.get(key)?.failures)).toEqual([2, undefined, 1, 1])
  store.add('e', 2000, 500)
  expect(store.size).toBe(1)
  // The same key after its time begins anew.
  expect(store.add('e', 3000, 500).failures).toBe(1)
})

test('keys are of one length and show no name', () => {
  const keys: string[] = []
  const store: ThrottleStore = {
    get: (key) => {
      keys.push(key)
      return undefined
    },
    add: () => ({ failures: 1, last: 0 }),
    delete: () => {},
  }
  void new LoginThrottle({ store }).check('x'.repeat(100_000), here)
  expect(keys.map((key) => key.replace(/:.*/, ''))).toEqual(['user', 'address'])
  for (const key of keys) expect(key).toMatch(/^[a-z]+:[A-Za-z0-9_-]{43}$/)
})

test('options that cannot be meant throw when declared', () => {
  expect(() => new LoginThrottle({ user: false, address: false })).toThrow(/cannot both be false/)
  expect(() => new LoginThrottle({ user: { free: 0 } })).toThrow(/^user.free must be/)
  expect(() => new LoginThrottle({ user: { base: 0.5 } })).toThrow(/^user.base must be/)
  expect(() => new LoginThrottle({ address: { max: 10 } })).toThrow(/^address.max must be an integer from 1000/)
  expect(() => new LoginThrottle({ address: { forget: 10 } })).toThrow(/^address.forget must be an integer from 900000/)
  expect(() => new LoginThrottle({ users: {} } as object)).toThrow(/unknown option users/)
  expect(() => new LoginThrottle({ user: { tries: 3 } as object })).toThrow(/unknown option tries/)
  expect(() => new MemoryThrottleStore(0)).toThrow(/^limit must be/)
})
