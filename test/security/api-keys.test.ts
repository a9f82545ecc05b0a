/** API keys: how they are written, their life, the schemes that take them, and both stores under one suite. */
import { join } from 'node:path'
import { inspect } from 'node:util'
import { crc32 as zlib } from 'node:zlib'
import fc from 'fast-check'
import { App, anyOf, Security } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import {
  APIKeyCookie,
  APIKeyHeader,
  APIKeyQuery,
  type APIKeyStore,
  APIKeyStoreError,
  APIKeys,
  type APIKeysOptions,
  HTTPBearer,
  MemoryAPIKeyStore,
  SQLiteAPIKeyStore,
} from 'sallyport/security'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { crc32, digestOfKey, equalKeyDigests, makeAPIKey, readAPIKey } from '../../src/security/api-key-format.ts'
import { Folder } from '../cli/folder.ts'

let now = Date.parse('2026-05-01T12:00:00Z')
const clock = (): number => now
const DAY = 86_400_000
const scopes = { read: 'Read.', write: 'Write.' }

function keysOf(options: Partial<APIKeysOptions> = {}): APIKeys {
  return new APIKeys({ prefix: 'sk_test', store: new MemoryAPIKeyStore(), clock, ...options })
}

/** The same store, as one that is asked over a network. */
function later(store: APIKeyStore): APIKeyStore {
  return {
    insert: async (record) => store.insert(record),
    find: async (id) => store.find(id),
    list: async (subject) => store.list(subject),
    touch: async (id, at) => store.touch(id, at),
    revoke: async (id, at) => store.revoke(id, at),
    rotate: async (id, next, at, until) => store.rotate(id, next, at, until),
    prune: async (before) => store.prune(before),
  }
}

/** Why a key is refused. */
async function refused(keys: APIKeys, key: string): Promise<unknown> {
  try {
    await keys.check(key)
    return undefined
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('how a key is written', () => {
  test('prefix, id, 256 bits, checksum', () => {
    const { id, key } = makeAPIKey('acme_live')
    expect(key).toMatch(/^acme_live_[\dA-Za-z]{61}$/)
    expect(key.slice(10, 22)).toBe(id)
    expect(readAPIKey('acme_live', key)).toBe(id)
    expect(Math.log2(62 ** 43)).toBeGreaterThan(256)
  })

  test('the checksum is CRC-32, its digits those of base 62', () => {
    expect(crc32('123456789')).toBe(0xcbf43926) // the check value of CRC-32/ISO-HDLC
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => crc32(text) === zlib(text)))
    const { key } = makeAPIKey('sk')
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    const value = [...key.slice(-6)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0)
    expect(value).toBe(zlib(key.slice(0, -6)))
  })

  test('no two are alike, and all digits come', () => {
    const made = Array.from({ length: 500 }, () => makeAPIKey('sk'))
    expect(new Set(made.map(({ id }) => id)).size).toBe(500)
    expect(new Set(made.flatMap(({ key }) => [...key.slice(3)])).size).toBe(62)
  })

  test('one character changed, gone, or of another prefix: no key', () => {
    const { key } = makeAPIKey('sk')
    for (let i = 0; i < key.length; i++) {
      const other = key[i] === 'x' ? 'y' : 'x'
      expect(readAPIKey('sk', key.slice(0, i) + other + key.slice(i + 1))).toBe(undefined)
      expect(readAPIKey('sk', key.slice(0, i) + key.slice(i + 1))).toBe(undefined)
    }
    expect(readAPIKey('sk', makeAPIKey('sk_live').key)).toBe(undefined)
    expect(readAPIKey('sk_live', key)).toBe(undefined)
    for (const text of ['', 'sk_', key.toUpperCase(), ` ${key}`, `${key}\n`, `${key}, ${key}`, 'x'.repeat(100_000)]) {
      expect(readAPIKey('sk', text)).toBe(undefined)
    }
  })

  test('digests are SHA-256, and compared as a whole', () => {
    expect(digestOfKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect([equalKeyDigests('ab', 'ab'), equalKeyDigests('ab', 'aa'), equalKeyDigests('ab', 'abc')]).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe.each(['memory', 'SQLite', 'a store that answers later'])('the life of a key: %s', (kind) => {
  const folder = new Folder()
  let files = 0
  afterAll(() => folder[Symbol.dispose]())
  const storeOf = (): APIKeyStore => {
    if (kind === 'SQLite') return new SQLiteAPIKeyStore(join(folder.path, `${files++}.sqlite`))
    return kind === 'memory' ? new MemoryAPIKeyStore() : later(new MemoryAPIKeyStore())
  }
  const made = (options: Partial<APIKeysOptions> = {}): APIKeys => keysOf({ store: storeOf(), ...options })

  test('issued, found, used', async () => {
    const keys = made()
    const { key, ...info } = await keys.issue({
      subject: 'alice',
      scopes: ['read', 'read'],
      name: 'läptop',
      metadata: { team: 1 },
    })
    expect(info).toEqual({
      keyId: key.slice(8, 20),
      subject: 'alice',
      scopes: ['read'],
      name: 'läptop',
      metadata: { team: 1 },
      createdAt: new Date(now),
      expiresAt: undefined,
      lastUsedAt: undefined,
      revokedAt: undefined,
      replacedBy: undefined,
    })
    const principal = await keys.principalOf(key)
    expect(principal).toEqual({
      subject: 'alice',
      scopes: ['read'],
      keyId: info.keyId,
      name: 'läptop',
      metadata: { team: 1 },
      createdAt: new Date(now),
      expiresAt: undefined,
    })
    expect(Object.isFrozen(principal) && Object.isFrozen(principal.scopes)).toBe(true)
    expect(await keys.check(key)).toEqual({ ...principal, sub: 'alice', scope: ['read'] })
    await keys.settled()
    expect(await keys.find(info.keyId)).toEqual({ ...info, lastUsedAt: new Date(now) })
    expect(await keys.list('alice')).toHaveLength(1)
    expect(await keys.list('bob')).toEqual([])
    expect(await keys.find('constructor')).toBe(undefined)
  })

  test('expires', async () => {
    const keys = made({ expiresIn: '90d' })
    const [ninety, ten, never] = await Promise.all([
      keys.issue({ subject: 'a' }),
      keys.issue({ subject: 'a', expiresIn: '10d' }),
      keys.issue({ subject: 'a', expiresIn: null }),
    ])
    expect([ninety.expiresAt, ten.expiresAt, never.expiresAt]).toEqual([
      new Date(now + 90 * DAY),
      new Date(now + 10 * DAY),
      undefined,
    ])
    now += 10 * DAY - 1
    expect(await refused(keys, ten.key)).toBe(undefined)
    now += 1
    expect(await refused(keys, ten.key)).toBe('api_key_expired')
    expect(await refused(keys, ninety.key)).toBe(undefined)
    now += 80 * DAY
    expect(await refused(keys, ninety.key)).toBe('api_key_expired')
    expect(await refused(keys, never.key)).toBe(undefined)
  })

  test('is revoked once, at once', async () => {
    const keys = made()
    const { key, keyId } = await keys.issue({ subject: 'a' })
    expect(await Promise.all([keys.revoke(keyId), keys.revoke(keyId)])).toEqual([true, false])
    expect(await refused(keys, key)).toBe('api_key_revoked')
    expect((await keys.find(keyId))?.revokedAt).toEqual(new Date(now))
    expect(await keys.revoke('nothing')).toBe(false)
    expect(await keys.rotate(keyId)).toBe(undefined)
  })

  test('is rotated: both are good for a while, and of two at once one succeeds', async () => {
    const keys = made({ expiresIn: '90d' })
    const old = await keys.issue({ subject: 'a', scopes: ['read'], name: 'n', metadata: [1] })
    now += DAY
    const both = await Promise.all([keys.rotate(old.keyId), keys.rotate(old.keyId)])
    const [next] = both.filter((one) => one !== undefined)
    expect(both.filter((one) => one === undefined)).toHaveLength(1)
    expect(next).toMatchObject({
      subject: 'a',
      scopes: ['read'],
      name: 'n',
      metadata: [1],
      expiresAt: new Date(now + 90 * DAY),
    })
    expect(await keys.find(old.keyId)).toMatchObject({ replacedBy: next?.keyId, expiresAt: new Date(now + DAY) })
    expect(await keys.list('a')).toHaveLength(2)
    const key = next?.key as string
    expect([await refused(keys, old.key), await refused(keys, key)]).toEqual([undefined, undefined])
    now += DAY
    expect([await refused(keys, old.key), await refused(keys, key)]).toEqual(['api_key_expired', undefined])
  })

  test('an overlap is not longer than the old key lives, may be none, and a key that has ended is not rotated', async () => {
    const keys = made()
    const short = await keys.issue({ subject: 'a', expiresIn: '1h' })
    await keys.rotate(short.keyId, { overlap: '7d' })
    expect((await keys.find(short.keyId))?.expiresAt).toEqual(short.expiresAt)
    const leaked = await keys.issue({ subject: 'a' })
    const next = await keys.rotate(leaked.keyId, { overlap: 0, expiresIn: '1d' })
    expect(await refused(keys, leaked.key)).toBe('api_key_expired')
    expect(next?.expiresAt).toEqual(new Date(now + DAY))
    now += DAY
    expect(await keys.rotate(next?.keyId as string)).toBe(undefined)
    expect(await keys.rotate('nothing')).toBe(undefined)
  })

  test('its last use is written once in an interval', async () => {
    const store = storeOf()
    const written: number[] = []
    const watched: APIKeyStore = Object.assign(Object.create(store) as APIKeyStore, {
      touch: (id: string, at: number) => {
        written.push(at)
        return store.touch(id, at)
      },
      insert: store.insert.bind(store),
      find: store.find.bind(store),
      list: store.list.bind(store),
      revoke: store.revoke.bind(store),
      rotate: store.rotate.bind(store),
      prune: store.prune.bind(store),
    })
    const keys = keysOf({ store: watched, lastUseInterval: '1m' })
    const { key, keyId } = await keys.issue({ subject: 'a' })
    const start = now
    for (let i = 0; i < 10; i++) {
      await Promise.all([keys.check(key), keys.check(key), keys.check(key)])
      await keys.settled()
      now += 20_000
    }
    expect(written).toEqual([0, 60_000, 120_000, 180_000].map((after) => start + after))
    expect((await keys.find(keyId))?.lastUsedAt).toEqual(new Date(start + 180_000))
    await store.touch(keyId, start) // an earlier one changes nothing
    expect((await keys.find(keyId))?.lastUsedAt).toEqual(new Date(start + 180_000))
  })

  test('refused keys are not used', async () => {
    const keys = made()
    const { key, keyId } = await keys.issue({ subject: 'a' })
    await keys.revoke(keyId)
    await refused(keys, key)
    await keys.settled()
    expect((await keys.find(keyId))?.lastUsedAt).toBe(undefined)
  })

  test('is pruned when it has ended long ago', async () => {
    const keys = made()
    const gone = await keys.issue({ subject: 'a', expiresIn: '1d' })
    const revoked = await keys.issue({ subject: 'a' })
    const good = await keys.issue({ subject: 'a' })
    await keys.revoke(revoked.keyId)
    now += 20 * DAY
    expect(await keys.prune()).toBe(0)
    expect(await keys.prune('19d')).toBe(1)
    expect(await refused(keys, gone.key)).toBe('api_key_expired')
    expect(await keys.prune(0)).toBe(1)
    expect([await refused(keys, gone.key), await refused(keys, revoked.key), await refused(keys, good.key)]).toEqual([
      'api_key_unknown',
      'api_key_unknown',
      undefined,
    ])
  })

  test('a right checksum is not enough: another secret, another id, another manager', async () => {
    const keys = made()
    const { key, keyId } = await keys.issue({ subject: 'a' })
    const other = (await made().issue({ subject: 'a' })).key
    expect(await refused(keys, other)).toBe('api_key_unknown')
    const resigned = (text: string): string => {
      const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
      let rest = zlib(text)
      let checksum = ''
      for (let i = 0; i < 6; i++, rest = Math.floor(rest / 62)) checksum = digits[rest % 62] + checksum
      return text + checksum
    }
    expect(resigned(key.slice(0, -6))).toBe(key)
    const swapped = key.at(-7) === 'x' ? 'y' : 'x'
    expect(await refused(keys, resigned(`${key.slice(0, -7)}${swapped}`))).toBe('api_key_unknown')
    expect(await refused(keys, resigned(other.replace(/^sk_test_.{12}/, `sk_test_${keyId}`).slice(0, -6)))).toBe(
      'api_key_unknown',
    )
    expect(await refused(keys, `${key.slice(0, -1)}!`)).toBe('api_key_malformed')
  })
})

describe('stores', () => {
  test('what memory gives cannot be changed', async () => {
    const store = new MemoryAPIKeyStore()
    const { keyId } = await keysOf({ store }).issue({ subject: 'a', metadata: { plan: 'free' } })
    const record = store.find(keyId) as { metadata: { plan: string } }
    expect(() => {
      record.metadata.plan = 'paid'
    }).toThrow(TypeError)
    expect(store.find(keyId)?.metadata).toEqual({ plan: 'free' })
    expect(store.size).toBe(1)
  })

  test('SQLite keeps keys when the program ends, and has no key in its file', async () => {
    using folder = new Folder()
    const path = join(folder.path, 'keys.sqlite')
    const first = new SQLiteAPIKeyStore(path)
    const { key, keyId } = await keysOf({ store: first }).issue({ subject: "a'; DROP TABLE api_keys; --", name: 'n' })
    first.close()
    using second = new SQLiteAPIKeyStore(path)
    const keys = keysOf({ store: second })
    expect(await keys.principalOf(key)).toMatchObject({ subject: "a'; DROP TABLE api_keys; --", keyId })
    const { readFileSync, readdirSync } = await import('node:fs')
    for (const file of readdirSync(folder.path)) {
      const bytes = readFileSync(join(folder.path, file))
      expect(bytes.includes(key.slice(20, 60))).toBe(false)
    }
  })

  test('two that have one file agree', async () => {
    using folder = new Folder()
    const path = join(folder.path, 'keys.sqlite')
    using one = new SQLiteAPIKeyStore(path)
    using two = new SQLiteAPIKeyStore(path)
    const { key, keyId } = await keysOf({ store: one }).issue({ subject: 'a' })
    const keys = keysOf({ store: two })
    expect(await refused(keys, key)).toBe(undefined)
    expect([one.revoke(keyId, now), two.revoke(keyId, now)]).toEqual([true, false])
    expect(await refused(keys, key)).toBe('api_key_revoked')
  })

  test('a path is a file of SQLite; declaring opens none', async () => {
    using folder = new Folder()
    const path = join(folder.path, 'keys.sqlite')
    const { existsSync } = await import('node:fs')
    const keys = keysOf({ store: path })
    expect(existsSync(path)).toBe(false)
    const { key } = await keys.issue({ subject: 'a' })
    expect(existsSync(path)).toBe(true)
    expect(await refused(keys, key)).toBe(undefined)
  })

  test('an id that is taken is no second key', () => {
    for (const store of [new MemoryAPIKeyStore(), new SQLiteAPIKeyStore(':memory:')]) {
      const record = { id: 'a', digest: '', subject: 's', scopes: [], createdAt: 0 }
      expect([store.insert(record), store.insert({ ...record, subject: 't' })]).toEqual([true, false])
      expect(store.find('a')?.subject).toBe('s')
      expect(store.rotate('a', record, 1, 2)).toBe(false)
      const { replacedBy, expiresAt } = store.find('a') ?? {}
      expect([replacedBy, expiresAt]).toEqual([undefined, undefined])
    }
  })
})

describe('metadata', () => {
  const metadata = z.object({ team: z.string(), plan: z.enum(['free', 'paid']).default('free') })
  const keys = new APIKeys({ prefix: 'sk', store: new MemoryAPIKeyStore(), metadata })

  test('is what its schema makes of it', async () => {
    const { key } = await keys.issue({ subject: 'a', metadata: { team: 'x' } as never })
    expect((await keys.principalOf(key)).metadata).toEqual({ team: 'x', plan: 'free' })
  })

  test('that does not fit is refused', async () => {
    await expect(keys.issue({ subject: 'a', metadata: { team: 1 } as never })).rejects.toThrow(
      /APIKeys\.issue\(\): metadata does not fit: team: /,
    )
    await expect(keys.issue({ subject: 'a' })).rejects.toThrow(TypeError)
  })
})

describe.each(['header', 'query', 'cookie'] as const)('the scheme, in a %s', (place) => {
  const keys = keysOf()
  const make = <const AutoError extends boolean>(autoError: AutoError) => {
    const options = { name: 'x-key', scopes, verify: keys, autoError }
    if (place === 'header') return new APIKeyHeader(options)
    return place === 'query' ? new APIKeyQuery(options) : new APIKeyCookie(options)
  }
  const scheme = make(true)
  const app = new App()
  app.get('/', { params: { caller: scheme } }, ({ caller }) => caller.subject)
  app.get('/both', { params: { caller: Security(scheme, ['read', 'write']) } }, ({ caller }) => caller.subject)
  const optional = new App()
  optional.get('/', { params: { caller: make(false) } }, ({ caller }) => caller?.subject ?? 'nobody')

  async function send(to: App, key?: string, path = '/'): Promise<readonly [number, string | null, unknown]> {
    const response =
      key === undefined
        ? await to.request(path)
        : place === 'query'
          ? await to.request(`${path}?x-key=${encodeURIComponent(key)}`)
          : await to.request(path, { headers: place === 'header' ? { 'x-key': key } : { cookie: `x-key=${key}` } })
    return [response.status, response.headers.get('www-authenticate'), await response.json()]
  }

  const INVALID = [401, 'APIKey', { detail: 'Could not validate credentials' }]

  test('right', async () => {
    const { key } = await keys.issue({ subject: 'alice' })
    expect(await send(app, key)).toEqual([200, null, 'alice'])
    expect(await send(optional, key)).toEqual([200, null, 'alice'])
  })

  test('none', async () => {
    expect(await send(app)).toEqual([401, 'APIKey', { detail: 'Not authenticated' }])
    expect(await send(optional)).toEqual([200, null, 'nobody'])
  })

  test('wrong: malformed, unknown, expired, revoked, with and without autoError', async () => {
    const expired = await keys.issue({ subject: 'a', expiresIn: 1 })
    const revoked = await keys.issue({ subject: 'a' })
    await keys.revoke(revoked.keyId)
    now += 1000
    const unknown = (await keysOf().issue({ subject: 'a' })).key
    for (const key of ['x', `${unknown}x`, unknown, expired.key, revoked.key, revoked.keyId]) {
      for (const to of [app, optional]) expect(await send(to, key)).toEqual(INVALID)
    }
  })

  test('document', () => {
    const document = app.openapi()
    expect(document.components?.securitySchemes).toEqual({ [scheme.schemeName]: scheme.model })
    expect(scheme.model).toEqual({ type: 'apiKey', in: place, name: 'x-key' })
    expect(document.paths['/both']?.get?.security).toEqual([{ [scheme.schemeName]: ['read', 'write'] }])
    expect(scheme.verifiesScopes).toBe(true)
  })

  test.each<[readonly string[], number]>([
    [['read', 'write'], 200],
    [['write', 'read', 'other'], 200],
    [['read'], 403],
    [['write'], 403],
    [[], 403],
    [['read,write'], 403],
  ])('a key with %j', async (granted, status) => {
    const { key } = await keys.issue({ subject: 'alice', scopes: granted })
    const answer = await send(app, key, '/both')
    expect(answer[0]).toBe(status)
    if (status === 403) expect(answer).toEqual([403, null, { detail: 'Not enough permissions' }])
  })
})

test('a header that stands twice is no key', async () => {
  const keys = keysOf()
  const app = new App()
  app.get('/', { params: { caller: new APIKeyHeader({ name: 'x-key', verify: keys }) } }, () => 'in')
  const { key } = await keys.issue({ subject: 'a' })
  const headers = new Headers([
    ['x-key', key],
    ['x-key', key],
  ])
  expect((await app.request('/', { headers })).status).toBe(401)
})

test('Authorization: Bearer sk_… with the same manager', async () => {
  const keys = keysOf()
  const bearer = new HTTPBearer({ scopes, verify: keys })
  const app = new App()
  app.get('/', { params: { caller: Security(bearer, ['read']) } }, ({ caller }) => [
    caller.subject,
    caller.claims.keyId,
  ])
  const send = async (key: string): Promise<readonly [number, string | null, unknown]> => {
    const response = await app.request('/', { headers: { authorization: `Bearer ${key}` } })
    return [response.status, response.headers.get('www-authenticate'), await response.json()]
  }
  const { key, keyId } = await keys.issue({ subject: 'alice', scopes: ['read'] })
  expect(await send(key)).toEqual([200, null, ['alice', keyId]])
  const invalid = { detail: 'Could not validate credentials' }
  const because = (text: string): string => `Bearer error="invalid_token", error_description="${text}"`
  expect(await send('sk_test_x')).toEqual([401, because('The API key is malformed'), invalid])
  expect((await send((await keys.issue({ subject: 'bob' })).key))[1]).toBe(
    'Bearer error="insufficient_scope", scope="read"',
  )
  await keys.revoke(keyId)
  expect(await send(key)).toEqual([401, because('The API key was revoked'), invalid])
  const short = await keys.issue({ subject: 'a', expiresIn: 1 })
  now += 1000
  expect(await send(short.key)).toEqual([401, because('The API key has expired'), invalid])
})

test('anyOf: a key or a token', async () => {
  const keys = keysOf()
  const tokens = new JWT({ secret: 'a secret of more than thirty-two bytes', expiresIn: '5m' })
  const app = new App()
  const caller = anyOf(new APIKeyHeader({ name: 'x-key', verify: keys }), new HTTPBearer({ verify: tokens }))
  app.get('/', { params: { caller } }, ({ caller }) => caller.subject)
  const { key } = await keys.issue({ subject: 'machine' })
  const status = async (headers: Record<string, string>): Promise<unknown> =>
    (await app.request('/', { headers })).json()
  expect(await status({ 'x-key': key })).toBe('machine')
  expect(await status({ authorization: `Bearer ${await tokens.sign({ sub: 'person' })}` })).toBe('person')
  expect((await app.request('/')).headers.get('www-authenticate')).toBe('APIKey, Bearer')
})

describe('other verifiers of a key scheme', () => {
  test('a function', async () => {
    const scheme = new APIKeyHeader({
      name: 'x-key',
      verify: (key, { method }) => (key === 'k' ? { subject: method } : null),
    })
    const app = new App()
    app.get('/', { params: { caller: scheme } }, ({ caller }) => caller.subject)
    expect(await (await app.request('/', { headers: { 'x-key': 'k' } })).json()).toBe('GET')
    expect((await app.request('/', { headers: { 'x-key': 'x' } })).status).toBe(401)
  })

  test('a verifier of tokens', async () => {
    const tokens = new JWT({ secret: 'a secret of more than thirty-two bytes', expiresIn: '5m' })
    const scheme = new APIKeyCookie({ name: 'session', scopes, verify: tokens })
    const app = new App()
    app.get('/', { params: { caller: Security(scheme, ['read']) } }, ({ caller }) => caller.subject)
    const status = async (claims: Record<string, string>): Promise<number> =>
      (await app.request('/', { headers: { cookie: `session=${await tokens.sign(claims)}` } })).status
    expect([await status({ sub: 'a', scope: 'read' }), await status({ sub: 'a' }), await status({})]).toEqual([
      200, 403, 401,
    ])
    const later = new APIKeyHeader({ name: 'x-key', verify: { check: async () => ({ sub: 'later' }) } })
    app.get('/later', { params: { caller: later } }, ({ caller }) => caller.subject)
    expect(await (await app.request('/later', { headers: { 'x-key': 'k' } })).json()).toBe('later')
  })

  test.each([undefined, null, 1, {}])('%j is refused', (verify) => {
    for (const scheme of [APIKeyHeader, APIKeyQuery, APIKeyCookie]) {
      expect(() => new scheme({ name: 'k', verify } as never)).toThrow(
        new RegExp(`${scheme.name}: verify is new APIKeys`),
      )
    }
  })
})

describe('a store that fails', () => {
  const failing = (find: () => never | Promise<never>): APIKeys =>
    keysOf({ store: { ...later(new MemoryAPIKeyStore()), find } })
  const fault = (): never => {
    throw new Error('at db.internal')
  }

  test.each([
    ['at once', fault],
    ['later', async () => fault()],
  ])('%s: 503 and no challenge, and nobody gets in', async (_, find) => {
    const { key } = await keysOf().issue({ subject: 'a' })
    const keys = failing(find)
    await expect((async () => keys.check(key))()).rejects.toThrow(APIKeyStoreError)
    const app = new App()
    app.get(
      '/',
      { params: { caller: new APIKeyHeader({ name: 'x-key', verify: keys, autoError: false }) } },
      () => 'in',
    )
    const response = await app.request('/', { headers: { 'x-key': key } })
    expect([response.status, await response.json(), response.headers.get('www-authenticate')]).toEqual([
      503,
      { detail: 'Service Unavailable' },
      null,
    ])
    expect(response.headers.get('retry-after')).toBe('5')
  })

  test.each([
    ['at once', fault],
    ['later', async () => fault()],
  ])('to write the last use, %s: it is told, and keeps nobody out', async (_, touch) => {
    const told: unknown[] = []
    const store = new MemoryAPIKeyStore()
    const keys = keysOf({ store: { ...later(store), touch }, onError: (error) => told.push(error) })
    const { key } = await keys.issue({ subject: 'a' })
    expect(await refused(keys, key)).toBe(undefined)
    await keys.settled()
    expect(told).toEqual([new Error('at db.internal')])
  })
})

test('garbage costs no look-up', async () => {
  let asked = 0
  const store = new MemoryAPIKeyStore()
  const keys = keysOf({
    store: Object.assign(later(store), {
      find: (id: string) => {
        asked++
        return store.find(id)
      },
    }),
  })
  for (const garbage of ['', 'x', 'sk_test_', `sk_test_${'0'.repeat(61)}`, 'x'.repeat(100_000), '__proto__']) {
    expect(await refused(keys, garbage)).toBe('api_key_malformed')
  }
  expect(asked).toBe(0)
})

test('a key is checked without waiting where the store does not wait', async () => {
  const keys = keysOf()
  const { key } = await keys.issue({ subject: 'a' })
  expect(keys.principalOf(key)).toMatchObject({ subject: 'a' })
})

test('a log does not have the key, JSON has; nothing that is shown has a digest', async () => {
  const keys = keysOf()
  const issued = await keys.issue({ subject: 'a' })
  expect(inspect({ deep: [issued] }, { depth: 5 })).not.toContain(issued.key)
  expect(inspect(issued)).toContain("key: '[hidden]'")
  expect(JSON.parse(JSON.stringify(issued))).toMatchObject({ key: issued.key })
  const digest = digestOfKey(issued.key) as string
  const shown = JSON.stringify([
    issued,
    await keys.find(issued.keyId),
    await keys.list('a'),
    await keys.check(issued.key),
  ])
  expect(shown).not.toContain(digest)
})

describe('misuse is refused', () => {
  test.each<[object, RegExp]>([
    [{ prefix: '' }, /APIKeys: prefix is letters and digits/],
    [{ prefix: 'a__b' }, /APIKeys: prefix/],
    [{ prefix: 'a-b' }, /APIKeys: prefix/],
    [{ prefix: '1a' }, /APIKeys: prefix/],
    [{ prefix: 'a'.repeat(33) }, /APIKeys: prefix/],
    [{ prefix: undefined }, /APIKeys: prefix/],
    [{ store: '' }, /path is the path of a file/],
    [{ store: {} }, /APIKeys: store is a path, or has the methods insert, .*; it has no insert/],
    [{ store: new Map() }, /APIKeys: store .* it has no insert/],
    [{ metadata: {} }, /APIKeys: metadata is a schema/],
    [{ expiresIn: 0 }, /APIKeys: expiresIn/],
    [{ lastUseInterval: -1 }, /APIKeys: lastUseInterval/],
    [{ clock: 1 }, /APIKeys: clock is a function/],
    [{ onError: 1 }, /APIKeys: onError is a function/],
    [{ ttl: 1 }, /APIKeys has no option ttl/],
  ])('%j', (options, message) => {
    expect(() => keysOf(options as never)).toThrow(message)
    expect(() => keysOf(options as never)).toThrow(TypeError)
  })

  test.each<[object, RegExp]>([
    [{}, /subject is a text/],
    [{ subject: '' }, /subject is a text/],
    [{ subject: 'a', scopes: 'read' }, /scopes is a list/],
    [{ subject: 'a', scopes: ['read write'] }, /is no scope/],
    [{ subject: 'a', name: '' }, /name is a text/],
    [{ subject: 'a', expiresIn: 0 }, /expiresIn/],
    [{ subject: 'a', scope: ['read'] }, /APIKeys\.issue\(\) has no option scope/],
  ])('a grant %j', async (grant, message) => {
    await expect(keysOf().issue(grant as never)).rejects.toThrow(message)
  })

  test('options of rotate and prune', async () => {
    const keys = keysOf()
    const { keyId } = await keys.issue({ subject: 'a' })
    await expect(keys.rotate(keyId, { overlap: -1 })).rejects.toThrow(/overlap/)
    await expect(keys.rotate(keyId, { grace: 1 } as never)).rejects.toThrow(/no option grace/)
    await expect(keys.prune(-1)).rejects.toThrow(/age/)
  })
})
