/** The Basic scheme with users: the four tests, equal work, the throttle, and what it remembers. */
import { createHash } from 'node:crypto'
import { App, anyOf, HTTPException, Security } from 'sallyport'
import { type Hasher, LoginThrottle, PasswordHash, PasswordHashBusyError } from 'sallyport/password'
import { APIKeyHeader, type BasicVerification, HTTPBasic } from 'sallyport/security'
import { beforeEach, describe, expect, test } from 'vitest'
import { refusal } from './requests.ts'

/** Hashes cheaply, because it is done some hundred times here; a rising version stands for a rising cost. */
class QuickHasher implements Hasher {
  readonly #version: number

  constructor(version: number) {
    this.#version = version
  }

  identify(stored: string): boolean {
    return stored.startsWith('quick$')
  }

  hash(password: string): Promise<string> {
    return Promise.resolve(`quick$${this.#version}$${createHash('sha256').update(password).digest('hex')}`)
  }

  async verify(password: string, stored: string): Promise<boolean> {
    return stored.split('$')[2] === (await this.hash(password)).split('$')[2]
  }

  needsRehash(stored: string): boolean {
    return stored.split('$')[1] !== String(this.#version)
  }
}

const passwordHash = new PasswordHash([new QuickHasher(2)])
const old = new PasswordHash([new QuickHasher(1)])

interface User {
  readonly name: string
  readonly scopes: readonly string[]
  readonly disabled?: boolean
  readonly hashedPassword: string | null
}

const hash = await passwordHash.hash('wonderland')
const people: readonly User[] = [
  { name: 'alice', scopes: ['me'], hashedPassword: hash },
  { name: 'zoë', scopes: [], hashedPassword: await passwordHash.hash('s:crét 🔐') },
  { name: 'mallory', scopes: ['me', 'items'], disabled: true, hashedPassword: hash },
  { name: 'robot', scopes: ['me'], hashedPassword: null },
]
const users = new Map<string, User>()
beforeEach(() => {
  users.clear()
  for (const user of people) users.set(user.name, user)
})

const scopes = { me: 'Me.', items: 'Items.' }
const lookup = (name: string): User | undefined => users.get(name)
const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`

function appOf(verify: Partial<BasicVerification<User>> = {}): App {
  const scheme = new HTTPBasic({ realm: 'Accounts', scopes, verify: { lookup, passwordHash, ...verify } })
  const app = new App({ onError: () => {} })
  app.get('/', { params: { user: scheme } }, ({ user }) => user.name)
  app.get('/me', { params: { user: Security(scheme, ['me']) } }, ({ user }) => user.name)
  app.get('/items', { params: { user: Security(scheme, ['me', 'items']) } }, ({ user }) => user.name)
  return app
}

type Answer = readonly [status: number, challenge: string | null, body: unknown]

async function send(app: App, authorization?: string, path = '/'): Promise<Answer> {
  const response = await app.request(path, { headers: authorization === undefined ? {} : { authorization } })
  const text = await response.text()
  return [
    response.status,
    response.headers.get('www-authenticate'),
    text.startsWith('Internal') ? text : JSON.parse(text),
  ]
}

const CHALLENGE = 'Basic realm="Accounts", charset="UTF-8"'
const INVALID: Answer = [401, CHALLENGE, { detail: 'Could not validate credentials' }]

/** A passwordHash that counts its work. */
function counted(): { readonly checks: string[]; readonly passwordHash: BasicVerification<User>['passwordHash'] } {
  const checks: string[] = []
  return {
    checks,
    passwordHash: {
      authenticate: (find, name, password, options) => {
        checks.push(name)
        return passwordHash.authenticate(find, name, password, options)
      },
    },
  }
}

describe('the four', () => {
  const app = appOf()

  test('right', async () => {
    expect(await send(app, basic('alice', 'wonderland'))).toEqual([200, null, 'alice'])
    expect(await send(app, basic('zoë', 's:crét 🔐'))).toEqual([200, null, 'zoë'])
    expect(await send(app, basic('zoë', 's:crét 🔐'.normalize('NFD')))).toEqual([200, null, 'zoë'])
  })

  test('none', async () => {
    expect(await send(app)).toEqual([401, CHALLENGE, { detail: 'Not authenticated' }])
    expect(await send(app, 'Bearer x')).toEqual([401, CHALLENGE, { detail: 'Not authenticated' }])
  })

  test.each([
    ['a wrong password', basic('alice', 'Wonderland')],
    ['an empty password', basic('alice', '')],
    ['an unknown name', basic('nobody', 'wonderland')],
    ['a name of every object', basic('constructor', 'wonderland')],
    ['an empty name', basic('', 'wonderland')],
    ['another case', basic('Alice', 'wonderland')],
    ['a disabled user', basic('mallory', 'wonderland')],
    ['a user without a password', basic('robot', '')],
    ['a password of 2,000 characters', basic('alice', 'w'.repeat(2000))],
    ['no base64', 'Basic !'],
    ['nothing', 'Basic'],
    ['no colon', 'Basic YWxpY2U='],
    ['a control character', basic('alice', 'wonderland\0')],
  ])('wrong: %s', async (_, authorization) => {
    expect(await send(app, authorization)).toEqual(INVALID)
  })

  test('document', () => {
    const document = app.openapi()
    expect(document.components?.securitySchemes).toEqual({ HTTPBasic: { type: 'http', scheme: 'basic' } })
    expect(document.paths['/items']?.get?.security).toEqual([{ HTTPBasic: ['me', 'items'] }])
    expect(document.paths['/items']?.get?.responses?.['401']).toMatchObject({
      headers: { 'WWW-Authenticate': { example: CHALLENGE } },
    })
  })
})

test('scopes are those of the user; less one is 403', async () => {
  const app = appOf()
  expect(await send(app, basic('alice', 'wonderland'), '/me')).toEqual([200, null, 'alice'])
  expect(await send(app, basic('alice', 'wonderland'), '/items')).toEqual([
    403,
    null,
    { detail: 'Not enough permissions' },
  ])
  expect((await send(app, basic('zoë', 's:crét 🔐'), '/me'))[0]).toBe(403)
})

test('unknown, disabled, without a password, wrong: a password is hashed for each', async () => {
  const { checks, passwordHash } = counted()
  const app = appOf({ passwordHash })
  for (const name of ['nobody', 'mallory', 'robot', 'alice']) await send(app, basic(name, 'x'))
  expect(checks).toEqual(['nobody', 'mallory', 'robot', 'alice'])
})

test('a password is hashed once for a request, wherever the operation names the scheme', async () => {
  const { checks, passwordHash } = counted()
  const scheme = new HTTPBasic({ realm: 'r', scopes, verify: { lookup, passwordHash } })
  const app = new App()
  const params = { user: scheme, me: Security(scheme, ['me']) }
  app.get('/', { params }, ({ user, me }) => user === me)
  expect((await send(app, basic('alice', 'wonderland')))[2]).toBe(true)
  expect(checks).toEqual(['alice'])
})

test('options for PasswordHash are handed on', async () => {
  const told: unknown[] = []
  users.set('old', { name: 'old', scopes: [], hashedPassword: await old.hash('x') })
  users.set('broken', { name: 'broken', scopes: [], hashedPassword: 'plain' })
  const app = appOf({
    disabled: ({ name }) => name === 'alice',
    update: (user, hashedPassword) => told.push([user.name, typeof hashedPassword]),
    onBrokenHash: (user, error) => told.push([user.name, error.name]),
  })
  expect((await send(app, basic('alice', 'wonderland')))[0]).toBe(401)
  expect((await send(app, basic('mallory', 'wonderland')))[0]).toBe(200)
  expect((await send(app, basic('broken', 'plain')))[0]).toBe(401)
  expect((await send(app, basic('old', 'x')))[0]).toBe(200)
  expect(told).toEqual([
    ['broken', 'UnknownHashError'],
    ['old', 'string'],
  ])
})

describe('a throttle', () => {
  test('makes guessing wait, and tells how long', async () => {
    const throttle = new LoginThrottle({ user: { free: 2 }, address: false })
    const app = appOf({ throttle })
    expect((await send(app, basic('alice', 'a')))[0]).toBe(401)
    expect((await send(app, basic('alice', 'b')))[0]).toBe(401)
    const response = await app.request('/', { headers: { authorization: basic('alice', 'wonderland') } })
    expect([response.status, response.headers.get('retry-after'), response.headers.get('www-authenticate')]).toEqual([
      429,
      expect.stringMatching(/^[1-9]\d*$/),
      null,
    ])
    expect((await send(app, basic('zoë', 's:crét 🔐')))[0]).toBe(200)
  })

  test('counts by the address of the client', async () => {
    const seen: unknown[] = []
    const throttle = {
      attempt: async <T>(user: string, address: string | undefined, login: () => Promise<T> | T): Promise<T> => {
        seen.push([user, address])
        return login()
      },
    }
    await send(appOf({ throttle }), basic('alice', 'x'))
    expect(seen).toEqual([['alice', undefined]])
  })
})

test('a full queue is 503 and no challenge, and another alternative is not asked', async () => {
  const busy = {
    authenticate: () => Promise.reject(new PasswordHashBusyError(7)),
  }
  const scheme = new HTTPBasic({ realm: 'Accounts', verify: { lookup, passwordHash: busy } })
  const app = new App()
  app.get('/', { params: { caller: anyOf(scheme, new APIKeyHeader({ name: 'x-key', autoError: false })) } }, () => 'in')
  const response = await app.request('/', { headers: { authorization: basic('alice', 'wonderland') } })
  expect([response.status, response.headers.get('retry-after'), response.headers.get('www-authenticate')]).toEqual([
    503,
    '7',
    null,
  ])
})

describe('remember', () => {
  let now = 0
  const clock = (): number => now
  const right = basic('alice', 'wonderland')

  test('a right password is hashed once within its time, and the time is not prolonged', async () => {
    const { checks, passwordHash } = counted()
    const app = appOf({ passwordHash, remember: '1m', clock })
    for (let i = 0; i < 5; i++) {
      expect(await send(app, right)).toEqual([200, null, 'alice'])
      now += 14_000
    }
    expect(checks).toHaveLength(1)
    expect(await send(app, right)).toEqual([200, null, 'alice'])
    expect(checks).toHaveLength(2)
  })

  test('a wrong one never is, not for the same user either', async () => {
    const { checks, passwordHash } = counted()
    const app = appOf({ passwordHash, remember: 60, clock })
    await send(app, right)
    for (const wrong of ['Wonderland', 'wonderland ', '', 'wonderlan']) {
      expect(await send(app, basic('alice', wrong))).toEqual(INVALID)
      expect(await send(app, basic('alice', wrong))).toEqual(INVALID)
    }
    expect(await send(app, basic('zoë', 'wonderland'))).toEqual(INVALID)
    expect(checks).toHaveLength(1 + 8 + 1)
  })

  test('a user who is disabled, gone, or has another password is refused at once', async () => {
    const app = appOf({ remember: '1h', clock })
    const alice = users.get('alice') as User
    expect((await send(app, right))[0]).toBe(200)
    users.set('alice', { ...alice, disabled: true })
    expect(await send(app, right)).toEqual(INVALID)
    users.set('alice', alice)
    expect((await send(app, right))[0]).toBe(200)
    users.set('alice', { ...alice, hashedPassword: await passwordHash.hash('looking glass') })
    expect(await send(app, right)).toEqual(INVALID)
    users.set('alice', { ...alice, hashedPassword: null })
    expect(await send(app, right)).toEqual(INVALID)
    users.delete('alice')
    expect(await send(app, right)).toEqual(INVALID)
  })

  test('the user is the one of now, with the scopes of now', async () => {
    const app = appOf({ remember: '1h', clock })
    expect((await send(app, right, '/me'))[0]).toBe(200)
    users.set('alice', { ...(users.get('alice') as User), scopes: [] })
    expect((await send(app, right, '/me'))[0]).toBe(403)
  })

  test('over the most, the oldest is hashed again', async () => {
    const { checks, passwordHash } = counted()
    const app = appOf({ passwordHash, remember: '1h', rememberMax: 1, clock })
    for (const authorization of [right, basic('zoë', 's:crét 🔐'), basic('zoë', 's:crét 🔐'), right]) {
      expect((await send(app, authorization))[0]).toBe(200)
    }
    expect(checks).toEqual(['alice', 'zoë', 'alice'])
  })

  test('nobody who makes an account wait keeps its owner out, while it is remembered', async () => {
    const app = appOf({ remember: '1h', clock, throttle: new LoginThrottle({ user: { free: 1 }, address: false }) })
    expect((await send(app, right))[0]).toBe(200)
    expect((await send(app, basic('alice', 'x')))[0]).toBe(401)
    expect((await send(app, basic('alice', 'y')))[0]).toBe(429)
    expect((await send(app, right))[0]).toBe(200)
  })

  test('requests that come at once with one password are one attempt', async () => {
    const { checks, passwordHash } = counted()
    const throttle = new LoginThrottle({ user: { free: 1 }, address: false })
    const app = appOf({ passwordHash, remember: '1h', clock, throttle })
    const together = (authorization: string): Promise<Answer[]> =>
      Promise.all(Array.from({ length: 50 }, () => send(app, authorization)))
    // A browser asks for all that a page needs before the first answer is there.
    for (const answer of await together(right)) expect(answer).toEqual([200, null, 'alice'])
    expect(checks).toHaveLength(1)
    // Who guesses learns nothing from guessing the same again, and is counted once.
    for (const answer of await together(basic('zoë', 'wrong'))) expect(answer).toEqual(INVALID)
    expect(checks).toHaveLength(2)
    expect((await send(app, basic('zoë', 'other')))[0]).toBe(429)
  })

  test('while one waits for the hash, who is disabled is refused, and who has other scopes has those', async () => {
    const alice = users.get('alice') as User
    const { promise, resolve } = Promise.withResolvers<void>()
    let asked = 0
    const slow: BasicVerification<User>['passwordHash'] = {
      authenticate: async (find, name, password, options) => {
        const user = await passwordHash.authenticate(find, name, password, options)
        await promise
        return user
      },
    }
    const changing = [alice, { ...alice, scopes: [] }, { ...alice, disabled: true }]
    const app = appOf({ passwordHash: slow, remember: '1h', clock, lookup: () => changing[asked++] })
    const answers = [send(app, right, '/me'), send(app, right, '/me'), send(app, right, '/me')]
    resolve()
    expect((await Promise.all(answers)).map(([status]) => status)).toEqual([200, 403, 401])
  })

  test('without it each request is hashed', async () => {
    const { checks, passwordHash } = counted()
    const app = appOf({ passwordHash })
    await send(app, right)
    await send(app, right)
    expect(checks).toHaveLength(2)
  })
})

describe('a function', () => {
  const app = new App({ onError: () => {} })
  const verify = ({
    username,
    password,
  }: {
    username: string
    password: string
  }): { subject: string; scopes: string[] } | undefined => {
    if (username === 'teapot') throw new HTTPException(418)
    return password === 'k' ? { subject: username, scopes: ['me'] } : undefined
  }
  const scheme = new HTTPBasic({ realm: 'r', scopes, verify })
  app.get('/', { params: { user: Security(scheme, ['me']) } }, ({ user }) => user.subject)
  app.get('/items', { params: { user: Security(scheme, ['items']) } }, ({ user }) => user.subject)

  test('gives a principal of its own, and is not asked for what is broken', async () => {
    expect(await send(app, basic('a', 'k'))).toEqual([200, null, 'a'])
    expect(await send(app, basic('a', 'x'))).toEqual([401, 'Basic realm="r", charset="UTF-8"', INVALID[2]])
    expect(await send(app, 'Basic dGVhcG90')).toEqual([401, 'Basic realm="r", charset="UTF-8"', INVALID[2]])
    expect((await send(app, basic('teapot', 'k')))[0]).toBe(418)
    expect((await send(app, basic('a', 'k'), '/items'))[0]).toBe(403)
  })
})

test('optional: nobody where there are no credentials, 401 where they are wrong', async () => {
  const scheme = new HTTPBasic({ realm: 'r', autoError: false, verify: { lookup, passwordHash } })
  const app = new App()
  app.get('/', { params: { user: scheme } }, ({ user }) => user?.name ?? 'nobody')
  expect((await send(app))[2]).toBe('nobody')
  expect((await send(app, basic('alice', 'wonderland')))[2]).toBe('alice')
  expect((await send(app, basic('alice', 'x')))[0]).toBe(401)
  expect((await send(app, 'Basic'))[0]).toBe(401)
})

test('a fault of the look-up is 500 and tells nothing', async () => {
  for (const remember of [undefined, 60]) {
    const app = appOf({ lookup: () => Promise.reject(new Error('db.internal')), remember })
    expect(await send(app, basic('alice', 'wonderland'))).toEqual([500, null, 'Internal Server Error'])
  }
})

test('a realm is escaped in every challenge', () => {
  const scheme = new HTTPBasic({ realm: 'a "b" \\ c', verify: () => undefined })
  for (const error of [scheme.makeNotAuthenticatedError(), scheme.makeInvalidCredentialsError()]) {
    expect(refusal(error).challenge).toBe('Basic realm="a \\"b\\" \\\\ c", charset="UTF-8"')
  }
})

describe('misuse is refused when declared', () => {
  const make =
    (verify: unknown, given: object = { realm: 'r' }) =>
    () =>
      new HTTPBasic({ ...given, verify } as never)

  test.each([undefined, null, 1, 'x'])('verify: %j', (verify) => {
    expect(make(verify)).toThrow(/HTTPBasic: verify is an object with lookup and passwordHash, or a function/)
  })

  test('a realm is needed, without line breaks', () => {
    expect(make(() => 1, {})).toThrow(/verify needs realm/)
    expect(make(() => 1, { realm: 'a\r\nset-cookie: a=b' })).toThrow(/realm is printable ASCII/)
  })

  test.each<[object, RegExp]>([
    [{ lookup: undefined }, /HTTPBasic: verify\.lookup is a function/],
    [{ passwordHash: undefined }, /verify\.passwordHash has a method authenticate/],
    [{ passwordHash: { verify: () => true } }, /verify\.passwordHash has a method authenticate/],
    [{ throttle: {} }, /verify\.throttle has a method attempt/],
    [{ remember: 0 }, /verify\.remember/],
    [{ remember: '1 minute' }, /verify\.remember/],
    [{ remember: '2h' }, /verify\.remember is an hour at most/],
    [{ remember: 1, rememberMax: 0 }, /verify\.rememberMax/],
    [{ clock: 1 }, /verify\.clock is a function/],
    [{ disabled: true }, /verify\.disabled is a function/],
    [{ cache: true }, /HTTPBasic: verify has no option cache/],
  ])('%j', (verify, message) => {
    expect(make({ lookup, passwordHash, ...verify })).toThrow(message)
  })
})
