import { Argon2idHasher, type HashReader, PasswordHash, type StoredUser } from 'sallyport/password'
import { expect, expectTypeOf, test } from 'vitest'

interface User extends StoredUser {
  readonly name: string
}

/** Counts the real work: what is verified against which stored string. */
class Counting extends Argon2idHasher {
  readonly work: string[] = []

  override verify(password: string, stored: string): Promise<boolean> {
    this.work.push(stored)
    return super.verify(password, stored)
  }
}

const hasher = new Counting()
const passwordHash = new PasswordHash([hasher])
const secret = await passwordHash.hash('secret')

const users = new Map<string, User>(
  [
    { name: 'johndoe', hashedPassword: secret, disabled: false },
    { name: 'alice', hashedPassword: secret, disabled: true },
    { name: 'sso', hashedPassword: null },
    { name: 'django', hashedPassword: '!Zx81' },
    { name: 'foreign', hashedPassword: 'md5:5ebe2294ecd0e0f08eab7690d2a6ee69' },
    { name: 'cut', hashedPassword: secret.slice(0, -30) },
  ].map((user) => [user.name, user]),
)
const lookup = (name: string): User | undefined => users.get(name)

async function workOf(name: string, password: string): Promise<{ user: string | undefined; work: string[] }> {
  hasher.work.length = 0
  const user = await passwordHash.authenticate(lookup, name, password)
  return { user: user?.name, work: [...hasher.work] }
}

test('it gives the user, typed, for the right password', async () => {
  const user = await passwordHash.authenticate(lookup, 'johndoe', 'secret')
  expectTypeOf(user).toEqualTypeOf<User | undefined>()
  expect(user).toBe(users.get('johndoe'))
})

test('the same work is done for unknown, disabled, passwordless and broken users as for a wrong password', async () => {
  const decoys = new Set<string>()
  for (const [name, password] of [
    ['johndoe', 'wrong'],
    ['alice', 'secret'],
    ['alice', 'wrong'],
    ['nobody', 'secret'],
    ['sso', 'secret'],
    ['django', 'secret'],
    ['foreign', 'secret'],
  ] as const) {
    const { user, work } = await workOf(name, password)
    expect([name, user, work.length]).toEqual([name, undefined, 1])
    expect(work[0]).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    if (work[0] !== secret) decoys.add(work[0] ?? '')
  }
  // One decoy, made once.
  expect(decoys.size).toBe(1)
})

test('the same holds for a password in two spellings', async () => {
  expect((await workOf('johndoe', 'cafe\u0301')).work).toHaveLength(2)
  expect((await workOf('nobody', 'cafe\u0301')).work).toHaveLength(2)
})

test('a password that nobody can have costs nothing for anybody', async () => {
  for (const name of ['johndoe', 'nobody']) {
    for (const password of ['', 'x'.repeat(1025), '\udfff']) {
      expect(await workOf(name, password)).toEqual({ user: undefined, work: [] })
    }
  }
})

test('broken stored strings are told to the program, not to the client', async () => {
  const told: unknown[] = []
  const onBrokenHash = (user: User, error: Error & { code: string }): void => {
    told.push([user.name, error.code])
  }
  expect(await passwordHash.authenticate(lookup, 'foreign', 'secret', { onBrokenHash })).toBeUndefined()
  expect(await passwordHash.authenticate(lookup, 'cut', 'secret', { onBrokenHash })).toBeUndefined()
  expect(told).toEqual([
    ['foreign', 'ERR_PASSWORD_HASH_UNKNOWN'],
    ['cut', 'ERR_PASSWORD_HASH_MALFORMED'],
  ])
})

test('a weaker hash is renewed at login, and only at a login that succeeds', async () => {
  const strong = new PasswordHash([new Argon2idHasher({ memory: 20_000 })])
  const stored: string[] = []
  const update = (user: User, hashedPassword: string): void => {
    stored.push(`${user.name} ${hashedPassword.slice(0, 29)}`)
  }
  await strong.authenticate(lookup, 'johndoe', 'wrong', { update })
  await strong.authenticate(lookup, 'alice', 'secret', { update })
  expect(stored).toEqual([])
  await strong.authenticate(lookup, 'johndoe', 'secret', { update })
  expect(stored).toEqual(['johndoe $argon2id$v=19$m=20000,t=2,p='])
})

test('the program may say who is disabled, and which hash is typical', async () => {
  const alice = await passwordHash.authenticate(lookup, 'alice', 'secret', { disabled: () => false })
  expect(alice?.name).toBe('alice')
  const seen: string[] = []
  const slow: HashReader = {
    identify: (text) => text.startsWith('slow:'),
    verify: async (_password, text) => {
      seen.push(text)
      return true
    },
  }
  const mixed = PasswordHash.recommended({ readers: [slow] })
  expect(await mixed.authenticate(lookup, 'nobody', 'x', { decoy: 'slow:x' })).toBeUndefined()
  expect(seen).toEqual(['slow:x'])
})

test('faults that are not of one user come out', async () => {
  const down = (): never => {
    throw new Error('database down')
  }
  await expect(passwordHash.authenticate(down, 'johndoe', 'secret')).rejects.toThrow('database down')
  const misspelt = { onbroken: () => {} } as object
  await expect(passwordHash.authenticate(lookup, 'a', 'b', misspelt)).rejects.toThrow(/unknown option onbroken/)
})
