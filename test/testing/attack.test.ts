/** attack() on apps that are in order, and what its report says. */
import { App, anyOf, Body, dependency, Path, Query, Router, Security } from 'sallyport'
import { serve } from 'sallyport/node'
import { APIKeyCookie, APIKeyHeader, APIKeyQuery, HTTPBase, HTTPBasic, HTTPBearer } from 'sallyport/security'
import { AttackError, type AttackOptions, attack } from 'sallyport/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { createAccessToken } from '../conformance/apps/jwt-tokens.ts'
import { FILES, makeApp } from '../conformance/cases.ts'
import { bearer, good, oauth2, SCOPES } from './issuer.ts'

afterEach(() => vi.unstubAllEnvs())

const key = 'key-of-the-tests'
const same = (text: string): { subject: string; scopes: string[] } | undefined =>
  text === key ? { subject: 'johndoe', scopes: ['me'] } : undefined

/** Every place of credentials, AND, OR, scopes, optional, routers, mounts, bodies, a background of open operations. */
function wholeApp(): App {
  const token = bearer()
  const read = (scheme: APIKeyHeader | APIKeyQuery | APIKeyCookie) =>
    dependency({ given: scheme }, ({ given }) => {
      if (!same(given)) throw scheme.makeNotAuthenticatedError()
    })
  const header = read(new APIKeyHeader({ name: 'x-key' }))
  const query = read(new APIKeyQuery({ name: 'key' }))
  const cookie = read(new APIKeyCookie({ name: 'key' }))
  const basicScheme = new HTTPBasic({ realm: 'tests' })
  const basic = dependency({ given: basicScheme }, ({ given }) => {
    if (given.username !== 'johndoe' || given.password !== key) throw basicScheme.makeNotAuthenticatedError()
  })
  const sesame = new HTTPBase({ scheme: 'sesame', verify: ({ credentials }) => same(credentials) })
  const app = new App()
  app.post('/token', { public: true, params: { login: Body(z.object({ password: z.string() })) } }, () => 'no')
  app.get('/', () => 'hello')
  app.get('/maybe', { params: { user: new APIKeyHeader({ name: 'x-maybe', autoError: false }) } }, () => 'hello')
  app.get('/bearer', { params: { user: token, page: Query(z.int()) } }, () => 'in')
  app.post(
    '/bearer',
    { params: { user: Security(token, ['me', 'items']), item: Body(z.object({ a: z.int() })) } },
    () => 'in',
  )
  app.get('/header/{id}', { dependencies: [header], params: { id: Path(z.int()) } }, () => 'in')
  app.put('/query', { dependencies: [query] }, () => 'in')
  app.delete('/cookie', { dependencies: [cookie] }, () => 'in')
  app.get('/basic', { dependencies: [basic] }, () => 'in')
  app.get('/sesame', { params: { user: sesame } }, () => 'in')
  app.get('/both', { params: { user: Security(token, ['me']) }, dependencies: [header] }, () => 'in')
  app.get('/either', { params: { user: anyOf(token, header) } }, () => 'in')
  const router = new Router({ prefix: '/files', dependencies: [header] })
  router.get('/{rest:path}', { params: { rest: Path(z.string()) } }, ({ rest }) => rest)
  app.include(router)
  const inner = new App({ dependencies: [cookie] })
  inner.get('/rows', () => [])
  app.mount('/inner', inner)
  return app
}

const whole: AttackOptions = {
  credentials: {
    HTTPBearer: good,
    APIKeyHeader: { valid: () => key },
    APIKeyQuery: { valid: () => ({ query: { key } }) },
    APIKeyCookie: { valid: () => key },
    HTTPBasic: { valid: () => ({ headers: { authorization: `Basic ${btoa(`johndoe:${key}`)}` } }) },
    HTTPBase: { valid: () => key },
  },
}

describe('apps that are in order', () => {
  test('one with every place of credentials', async () => {
    const report = await attack(wholeApp(), whole)
    expect(report.failures, report.toString()).toEqual([])
    expect(report.operations).toBe(14)
    expect(report.requests).toBeGreaterThan(1500)
    const reasons = new Set(report.skipped.map(({ reason }) => reason))
    expect(reasons).toEqual(new Set(['mint gives none']))
    expect(report.untried).toEqual([])
    report.assert()
  })

  test('the same requests in the same order, each time', async () => {
    const [one, other] = [await attack(wholeApp(), whole), await attack(wholeApp(), whole)]
    expect(one.toString()).toBe(other.toString())
    expect(one.requests).toBe(other.requests)
  })

  const jwt = {
    valid: () => createAccessToken({ sub: 'johndoe', scope: 'me items' }),
    withScopes: (scopes: readonly string[]) => createAccessToken({ sub: 'johndoe', scope: scopes.join(' ') }),
  }
  const unverified = { valid: () => 'anything', unverified: true }
  const conformance: Readonly<Record<string, AttackOptions>> = {
    authentication_error_status_code: { credentials: { HTTPBearer403: unverified } },
    security_tutorial_1: { credentials: { OAuth2PasswordBearer: unverified } },
    security_tutorial_2: { credentials: { OAuth2PasswordBearer: unverified } },
    security_tutorial_3: { credentials: { OAuth2PasswordBearer: { valid: () => 'johndoe' } } },
    security_tutorial_4_jwt: { credentials: { OAuth2PasswordBearer: jwt } },
    security_tutorial_5_scopes: { credentials: { OAuth2PasswordBearer: jwt } },
    security_tutorial_6_http_basic: { credentials: { HTTPBasic: { valid: () => 'any:thing', unverified: true } } },
    security_tutorial_7_http_basic_compare: { credentials: { HTTPBasic: { valid: () => 'stanleyjobson:swordfish' } } },
  }
  test.each(FILES)('%s', async (name) => {
    const report = await attack(await makeApp(name), conformance[name])
    expect(report.failures, report.toString()).toEqual([])
  })
  test.each(FILES)('%s, over a connection', async (name) => {
    const app = await makeApp(name)
    await using server = await serve(app, { port: 0, installSignalHandlers: false })
    const report = await attack(app, { ...conformance[name], url: server.url })
    expect(report.failures, report.toString()).toEqual([])
    expect(report.requests).toBe((await attack(await makeApp(name), conformance[name])).requests)
  })

  test('one with every place of credentials, over a connection', async () => {
    const app = wholeApp()
    await using server = await serve(app, { port: 0, installSignalHandlers: false })
    const report = await attack(app, { ...whole, url: server.url })
    expect(report.failures, report.toString()).toEqual([])
    expect(report.requests).toBeGreaterThan(1500)
  })
})

describe('the report', () => {
  const app = (): App => {
    const broken = new App({ onError: () => {} })
    broken.get('/me', { params: { user: oauth2() } }, () => 'me')
    broken.delete('/me', () => 'gone')
    return broken
  }

  test('says what was found, tried and not tried', async () => {
    const report = await attack(app())
    expect(report.ok).toBe(false)
    expect(report.failures).toEqual([
      {
        kind: 'open',
        where: 'DELETE /me',
        what: 'anybody may call it, while GET /me requires credentials: say { public: true } where that is meant',
        attacks: [],
      },
    ])
    const [first, hole, ...rest] = report.toString().split('\n')
    expect(first).toMatch(/^\d+ requests to 2 operations: 1 hole, 1 skipped$/)
    expect(hole).toMatch(
      /^✗ DELETE \/me \[open\]: anybody may call it, while GET \/me requires credentials: say \{ public: true \}/,
    )
    expect(rest).toEqual([
      '- skipped: GET /me: everything that needs valid credentials of OAuth2PasswordBearer: the option credentials has no valid for OAuth2PasswordBearer',
      '',
    ])
    expect(() => report.assert()).toThrow(AttackError)
  })

  test('a credential that is not accepted proves nothing, and is a hole', async () => {
    const report = await attack(app(), {
      open: ['DELETE /me'],
      credentials: { OAuth2PasswordBearer: { valid: () => 'not what it takes' } },
    })
    expect(report.failures.map(({ kind, where }) => [kind, where])).toEqual([['valid-refused', 'GET /me']])
    expect(report.toString()).not.toContain('not what it takes')
  })

  test('what stands behind a guard that the plan does not know is noted', async () => {
    const guarded = new App()
    guarded.get('/', () => 'in')
    guarded.use(() => new Response('no', { status: 401 }))
    const report = await attack(guarded)
    expect(report.failures).toEqual([])
    expect(report.notes).toEqual([
      'GET / is declared as open, and something that the plan and the document do not know refuses it.',
    ])
  })

  test('an override of security is a hole, one of anything else a note', async () => {
    const settings = dependency(() => ({ greeting: 'Hello' }))
    const verify = ({ credentials }: { credentials: string }) => (credentials === key ? { subject: 'a' } : undefined)
    const bearer = new HTTPBearer({ verify })
    const user = dependency({ bearer }, ({ bearer }) => bearer)
    const make = (): App => {
      const app = new App()
      app.get('/me', { params: { user, settings } }, () => 1)
      return app
    }
    const harmless = make()
    harmless.overrides.set(settings, () => ({ greeting: 'Ahoy' }))
    const report = await attack(harmless)
    expect(report.failures).toEqual([])
    expect(report.notes).toEqual([
      'the app has an override of a dependency that requires no credentials: what these do in earnest was not tried.',
    ])

    const both = make()
    both.overrides.set(settings, () => ({ greeting: 'Ahoy' }))
    both.overrides.set(user, () => ({ subject: 'anybody' }) as never)
    both.overrides.set(bearer, () => ({ subject: 'anybody' }))
    const { failures, notes } = await attack(both)
    expect(failures.find(({ kind }) => kind === 'override')).toEqual({
      kind: 'override',
      where: 'the app',
      what: 'overrides stand in the place of a dependency above HTTPBearer, HTTPBearer, so it is not the declared security that runs',
      attacks: [],
    })
    expect(notes).toHaveLength(1)
  })

  test('what was not tried for want of something says what to give; what the options say has no next step', async () => {
    const bearer = new HTTPBearer({ schemeName: 'Staff-Token', verify: () => undefined as unknown as object })
    const app = new App()
    app.get('/me', { params: { bearer } }, () => 1)
    app.mount('/files', () => new Response('no', { status: 401 }))
    const { untried } = await attack(app)
    expect(untried.map(({ next }) => next)).toEqual([
      'Give credentials: { "Staff-Token": { valid: () => … } }, which makes a credential that is accepted.',
      'Test what it lets in on its own, and name /files in the option skip.',
    ])
    const encoded = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url')
    const token = `${encoded({ alg: 'ES256' })}.${encoded({ sub: 'johndoe' })}.c2lnbmF0dXJl`
    const signed = new App()
    const scopes = { me: 'Me.' }
    const verify = ({ credentials }: { credentials: string }) =>
      credentials === token ? { scopes: ['me'] } : undefined
    signed.get('/me', { params: { user: Security(new HTTPBearer({ scopes, verify }), ['me']) } }, () => 1)
    const some = await attack(signed, { credentials: { HTTPBearer: { valid: () => token } } })
    expect(some.untried.map(({ next }) => next)).toEqual([
      'Give credentials: { HTTPBearer: { publicKey } }, the key that tokens are verified with as PEM text.',
      'Give credentials: { HTTPBearer: { mint: ({ claims, header }) => … } }, which signs a token that has these; one that gives undefined says that there is nothing in the tokens.',
      'Give credentials: { HTTPBearer: { withScopes: (scopes) => … } }, which makes a credential with these scopes and no others.',
    ])
    const skipped = await attack(app, { skip: ['GET /me', '/files'] })
    expect([skipped.skipped.length, skipped.untried]).toEqual([2, []])
    await expect(attack(app, { skip: ['/other'] })).rejects.toThrow('samples and skip name /other')
  })

  test('open names all that may be open, and skip what is left alone', async () => {
    const report = await attack(app(), { open: [], skip: ['GET /me'] })
    expect(report.failures.map(({ where, what }) => [where, what])).toEqual([
      [
        'DELETE /me',
        'anybody may call it, and the option open does not name it: say { public: true } where that is meant',
      ],
    ])
    expect(report.skipped).toEqual([{ where: 'GET /me', attack: 'everything', reason: 'the option skip names it' }])
  })

  test('an answer that does not come', async () => {
    const slow = new App()
    slow.get('/', { params: { user: bearer() } }, () => 'in')
    slow.use(() => new Promise<never>(() => {}))
    const report = await attack(slow, { timeout: 1, skip: [] })
    expect(report.failures.map(({ kind }) => kind)).toEqual(['no-answer'])
  })
})

describe('a credential that is good for one request', () => {
  const make = (forgets: boolean): App => {
    const used = new Set<string>()
    const scheme = new HTTPBase({
      scheme: 'sesame',
      verify: ({ credentials }) => {
        if (!credentials.startsWith('nonce-') || !/^nonce-\d+$/.test(credentials) || used.has(credentials))
          return undefined
        if (Number(credentials.slice(6)) < 1000 || credentials.length !== 10) return undefined
        if (!forgets) used.add(credentials)
        return { subject: 'johndoe' }
      },
    })
    const app = new App()
    app.get('/', { params: { user: scheme } }, () => 'in')
    return app
  }
  const options = (): AttackOptions => {
    let nonce = 1000
    return { credentials: { HTTPBase: { valid: () => `nonce-${nonce++}`, once: true } } }
  }

  test('is refused the second time', async () => {
    expect((await attack(make(false), options())).failures).toEqual([])
  })

  test('and is a hole where it is not', async () => {
    const { failures } = await attack(make(true), options())
    expect(failures.map(({ kind, attacks }) => [kind, attacks])).toEqual([
      ['handler-ran', ['the same credential of HTTPBase once more']],
    ])
  })
})

describe('misuse', () => {
  const app = new App()
  app.get('/', { params: { user: bearer() } }, () => 'in')

  test.each<[string, object, RegExp]>([
    ['an unknown option', { canary: [] }, /canary/],
    ['canaries that are none', { canaries: [''] }, /canaries/],
    ['an unknown scheme', { credentials: { Bearer: {} } }, /scheme Bearer.*It has: HTTPBearer/],
    ['an unknown way to credentials', { credentials: { HTTPBearer: { token: 'x' } } }, /token/],
    ['a credential that is no function', { credentials: { HTTPBearer: { valid: 'x' } } }, /valid is a function/],
    ['an operation that is not there', { open: ['GET /x'] }, /GET \/x/],
    ['a sample of none', { samples: { 'GET /x': {} } }, /GET \/x/],
    ['a time-out that is none', { timeout: 0 }, /timeout/],
    ['a state that is none', { state: 1 }, /state/],
    ['a url of something else', { url: 'https://127.0.0.1/app' }, /url is where the app is served/],
  ])('%s', async (_, options, message) => {
    const error: unknown = await attack(app, options as AttackOptions).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toMatch(message)
  })

  test('production', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    await expect(attack(app)).rejects.toMatchObject({ code: 'production' })
  })
})

test('nothing is left watched', async () => {
  const app = new App()
  let calls = 0
  app.get('/', { params: { user: bearer() } }, () => ++calls)
  await attack(app, { credentials: { HTTPBearer: good } })
  const before = calls
  const token = (await good.valid?.({ method: 'GET', target: '/', challenge: '' })) as string
  expect((await app.request('/', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
  expect(calls).toBe(before + 1)
  expect(SCOPES).toHaveProperty('items')
})
