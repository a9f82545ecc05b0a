import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'
import {
  JWTSigner,
  JWTVerifier,
  Key,
  type KeysUnavailableError,
  RemoteKeySet,
  type RemoteKeySetOptions,
} from 'sallyport/jwt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const URI = 'https://issuer.example/jwks'
let now: number
let fetches: string[]
let answer: () => Response | Promise<Response>
let key: Key
let token: string

const document = (...keys: JWK[]): Response => Response.json({ keys })
const remoteWith = (options: RemoteKeySetOptions = {}): RemoteKeySet =>
  new RemoteKeySet(URI, {
    clock: () => now,
    fetch: async (url) => {
      fetches.push(url)
      return answer()
    },
    ...options,
  })
const verifierOf = (keys: RemoteKeySet): JWTVerifier =>
  new JWTVerifier({ keys, algorithms: ['ES256'], issuer: 'i', clock: () => now })
const sign = (signing: Key): Promise<string> =>
  new JWTSigner({ key: signing, issuer: 'i', expiresIn: '30d', clock: () => now }).sign()
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

beforeEach(async () => {
  now = 1_800_000_000_000
  fetches = []
  key = await Key.generate('ES256')
  token = await sign(key)
  answer = () => document(key.toJWK())
})

test('fetched when first needed, then at once', async () => {
  const verifier = verifierOf(remoteWith())
  expect(fetches).toEqual([])
  await verifier.verify(token)
  verifier.forget()
  expect(verifier.check(token)).not.toBeInstanceOf(Promise)
  expect(fetches).toEqual([URI])
})

test('one fetch for many that wait', async () => {
  const verifier = verifierOf(remoteWith())
  await Promise.all(Array.from({ length: 50 }, () => verifier.verify(token)))
  expect(fetches).toHaveLength(1)
})

test('an unknown kid fetches again, but only once in the cool-down', async () => {
  const remote = remoteWith({ cooldown: 30 })
  const verifier = verifierOf(remote)
  await verifier.verify(token)
  const next = await Key.generate('ES256')
  const young = await sign(next)
  answer = () => document(next.toJWK(), key.toJWK())
  now += 29_999
  await expect(verifier.verify(young)).rejects.toMatchObject({ code: 'key_unknown', status: 401 })
  expect(fetches).toHaveLength(1)
  now += 1
  await verifier.verify(young)
  expect(fetches).toHaveLength(2)
  // The key that came has not cost the warm tokens of the other one.
  expect(verifier.cached(token)).toBeDefined()
  for (let count = 0; count < 20; count++) {
    await expect(verifier.verify(await sign(await Key.generate('ES256')))).rejects.toMatchObject({
      code: 'key_unknown',
    })
  }
  expect(fetches).toHaveLength(2)
})

test('a key that is gone takes its warm tokens along', async () => {
  const remote = remoteWith()
  const verifier = verifierOf(remote)
  await verifier.verify(token)
  const next = await Key.generate('ES256')
  answer = () => document(next.toJWK())
  await remote.refresh()
  expect(verifier.cached(token)).toBeUndefined()
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'key_unknown' })
})

test('refreshed ahead while warm tokens come, so that nobody waits', async () => {
  const verifier = verifierOf(remoteWith({ cacheFor: 600 }))
  await verifier.verify(token)
  now += 449_999
  expect(verifier.cached(token)).toBeDefined()
  expect(fetches).toHaveLength(1)
  now += 1
  expect(verifier.cached(token)).toBeDefined()
  expect(verifier.cached(token)).toBeDefined()
  await settle()
  await settle()
  expect(fetches).toHaveLength(2)
  now += 400_000
  verifier.forget()
  expect(verifier.check(token)).not.toBeInstanceOf(Promise)
})

test('keys that are not fresh any more are waited for', async () => {
  const verifier = verifierOf(remoteWith({ cacheFor: 600 }))
  await verifier.verify(token)
  verifier.forget()
  now += 600_000
  expect(await verifier.check(token)).toBeDefined()
  expect(fetches).toHaveLength(2)
})

test('while the issuer is down old keys are used, and no longer than staleFor', async () => {
  const verifier = verifierOf(remoteWith({ cacheFor: 600, staleFor: 3600 }))
  await verifier.verify(token)
  answer = () => {
    throw new Error('down')
  }
  now += 600_000
  verifier.forget()
  await expect(verifier.verify(token)).resolves.toBeDefined()
  const tried = fetches.length
  // Not asked again at once: the next tries are a second, two, four ... away, and nobody waits in between.
  verifier.forget()
  expect(verifier.check(token)).not.toBeInstanceOf(Promise)
  expect(fetches).toHaveLength(tried)
  now += 3_600_000
  expect(verifier.cached(token)).toBeUndefined()
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'keys_unavailable', status: 503 })
  answer = () => document(key.toJWK())
  now += 31_000
  await expect(verifier.verify(token)).resolves.toBeDefined()
})

test('an issuer that is down from the start is asked less and less often', async () => {
  answer = () => {
    throw new Error('down')
  }
  const verifier = verifierOf(remoteWith({ cooldown: 30 }))
  for (const [wait, asked] of [
    [0, 1],
    [999, 1],
    [1, 2],
    [1999, 2],
    [1, 3],
    [3999, 3],
    [1, 4],
    [8000, 5],
    [16_000, 6],
    [29_999, 6],
    [1, 7],
  ] as const) {
    now += wait
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'keys_unavailable' })
    expect(fetches).toHaveLength(asked)
  }
})

test('of a document only what may verify is used', async () => {
  const rsa = await Key.generate('RS256', { modulusLength: 2048 })
  const { alg: _, ...nameless } = rsa.toJWK()
  const [twin, other] = await Promise.all([
    Key.generate('ES256', { kid: 'twin' }),
    Key.generate('ES256', { kid: 'twin' }),
  ])
  const secret = { kty: 'oct', k: 'A'.repeat(43), alg: 'HS256', kid: 'secret' }
  answer = () =>
    Response.json({
      keys: [
        7,
        null,
        [],
        {},
        { kty: 'EC' },
        secret,
        { ...key.toJWK(), use: 'enc', kid: 'enc' },
        { ...key.toJWK(), y: 'A'.repeat(43), kid: 'off the curve' },
        { ...key.toJWK(), alg: 'ES256K', kid: 'unknown' },
        { ...key.toJWK(), kid: '__proto__' },
        twin.toJWK(),
        other.toJWK(),
        nameless,
        { ...key.exportPrivateJWK(), kid: 'private' },
      ],
    })
  const remote = remoteWith()
  await remote.refresh()
  const found = async (algorithm: string, kid: string): Promise<number> => (await remote.find(algorithm, kid)).length
  expect(await found('HS256', 'secret')).toBe(0)
  for (const kid of ['enc', 'off the curve', 'unknown', 'twin']) expect(await found('ES256', kid)).toBe(0)
  expect(await found('ES256', '__proto__')).toBe(1)
  expect(await found('PS512', rsa.kid as string)).toBe(1)
  expect((await remote.find('ES256', 'private'))[0]?.key.type).toBe('public')
})

test('says when keys are fetched again', async () => {
  answer = () => {
    throw new Error('down')
  }
  const keys = remoteWith({ cooldown: 3 })
  const retryAfter = async (): Promise<unknown> => {
    const error = (await (async () => keys.find('ES256', undefined))().catch(
      (thrown) => thrown,
    )) as KeysUnavailableError
    expect(error['~answer']).toEqual({ status: 503, headers: { 'retry-after': String(error.retryAfter) } })
    return error.retryAfter
  }
  expect(await retryAfter()).toBe(1) // fetched, in vain
  now += 1000
  expect(await retryAfter()).toBe(2) // fetched again
  now += 900
  expect(await retryAfter()).toBe(2)
  now += 200
  expect(await retryAfter()).toBe(1)
  now += 900
  expect(await retryAfter()).toBe(3) // never longer than cooldown
  expect(fetches).toHaveLength(3)
})

describe('limits', () => {
  const reasonOf = async (options?: RemoteKeySetOptions): Promise<string> => {
    const error = (await remoteWith(options)
      .refresh()
      .catch((thrown: unknown) => thrown)) as KeysUnavailableError
    expect(error).toMatchObject({ code: 'keys_unavailable', status: 503 })
    return (error.cause as Error).message
  }

  test.each<[RegExp, () => Response, RemoteKeySetOptions?]>([
    [/status 500/, () => new Response('', { status: 500 })],
    [/status 404/, () => new Response('', { status: 404 })],
    [/status 204/, () => new Response(null, { status: 204 })],
    [/longer than maxSize/, () => new Response('x'.repeat(101)), { maxSize: 100 }],
    [/more keys than maxKeys/, () => document({}, {}, {}), { maxKeys: 2 }],
    [/no list of keys/, () => Response.json({})],
    [/no list of keys/, () => Response.json({ keys: {} })],
    [/not one strict JSON object/, () => Response.json([])],
    [/not one strict JSON object/, () => new Response('{"keys":[],"keys":[]}')],
    [/not one strict JSON object/, () => new Response('<html>')],
    [/not one strict JSON object/, () => new Response(null, { status: 200 })],
    [/not UTF-8/, () => new Response(new Uint8Array([0x7b, 0xff, 0x7d]))],
    [/more often than maxRedirects/, () => new Response(null, { status: 302, headers: { location: '/next' } })],
    [
      /another scheme/,
      () => new Response(null, { status: 302, headers: { location: 'http://a.example/' } }),
      { maxRedirects: 3 },
    ],
    [
      /more often than maxRedirects/,
      () => new Response(null, { status: 307, headers: { location: '/next' } }),
      { maxRedirects: 3 },
    ],
    [
      /another origin/,
      () => new Response(null, { status: 302, headers: { location: 'https://a.example/' } }),
      { maxRedirects: 3, headers: { authorization: 'x' } },
    ],
  ])('%s', async (message, response, options) => {
    answer = response
    expect(await reasonOf(options)).toMatch(message)
  })

  test('a body without end is not read on', async () => {
    let pulled = 0
    answer = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            pulled++
            controller.enqueue(new Uint8Array(1000).fill(32))
          },
        }),
      )
    expect(await reasonOf({ maxSize: 10_000 })).toMatch(/longer than maxSize/)
    expect(pulled).toBeLessThan(20)
  })

  test('redirects within the limit are followed', async () => {
    answer = () =>
      fetches.length < 3 ? new Response(null, { status: 302, headers: { location: '/next' } }) : document(key.toJWK())
    await verifierOf(remoteWith({ maxRedirects: 2 })).verify(token)
    expect(fetches).toEqual([URI, 'https://issuer.example/next', 'https://issuer.example/next'])
  })

  test.each<[RegExp, unknown, object]>([
    [/expected https/, 'http://issuer.example/jwks', {}],
    [/expected https/, 'http://127.0.0.1/jwks', {}],
    [/expected https/, 'file:///etc/passwd', { dangerouslyAllowHTTP: true }],
    [/absolute https address/, '/jwks', {}],
    [/credentials belong into headers/, 'https://user:pass@issuer.example', {}],
    [/unknown option ttl/, URI, { ttl: 5 }],
    [/^cacheFor: expected/, URI, { cacheFor: 0 }],
    [/^maxRedirects: expected/, URI, { maxRedirects: -1 }],
  ])('refused: %s', (message, uri, options) => {
    expect(() => new RemoteKeySet(uri as string, options)).toThrow(message)
    expect(() => new RemoteKeySet(uri as string, options)).toThrow(TypeError)
  })
})

describe('over a real socket', () => {
  let server: Server
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })
  const listen = async (handler: Parameters<typeof createServer>[1]): Promise<string> => {
    server = createServer(handler as never).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  }

  test('the global fetch, with http allowed loudly', async () => {
    let accept: string | undefined
    const uri = await listen((request, response) => {
      accept = request.headers.accept
      response.end(JSON.stringify({ keys: [key.toJWK()] }))
    })
    const keys = new RemoteKeySet(uri, { dangerouslyAllowHTTP: true })
    await expect(
      new JWTVerifier({ keys, algorithms: ['ES256'], issuer: 'i', clock: () => now }).verify(token),
    ).resolves.toBeDefined()
    expect(accept).toBe('application/jwk-set+json, application/json')
  })

  test('one that does not answer in time', async () => {
    const uri = await listen((_, response) => response.write('{'))
    const keys = new RemoteKeySet(uri, { dangerouslyAllowHTTP: true, timeout: 0.05 })
    await expect(keys.refresh()).rejects.toMatchObject({ code: 'keys_unavailable', cause: { name: 'TimeoutError' } })
  })

  test('redirects are not followed by fetch itself', async () => {
    let asked = 0
    const uri = await listen((_, response) => {
      asked++
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    const keys = new RemoteKeySet(uri, { dangerouslyAllowHTTP: true })
    await expect(keys.refresh()).rejects.toMatchObject({ code: 'keys_unavailable' })
    expect(asked).toBe(1)
  })
})

test('jwksUri is short for it', () => {
  const options = { jwksUri: URI, algorithms: ['RS256'], issuer: 'i' } as const
  expect(new JWTVerifier(options).cached('a.b.c')).toBeUndefined()
  expect(() => new JWTVerifier({ ...options, jwksUri: 'http://issuer.example' })).toThrow(/expected https/)
})
