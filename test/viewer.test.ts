/** The document that leaves out what its reader may not call. */
import { App, anyOf, Body, HTTPException, type Incoming, Path, type RequiredScopes, Router, Security } from 'sallyport'
import {
  APIKeyCookie,
  APIKeyHeader,
  APIKeyQuery,
  HTTPBearer,
  OAuth2PasswordBearer,
  SecurityScheme,
} from 'sallyport/security'
import { as } from 'sallyport/testing'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

const Public = z.object({ a: z.string() }).meta({ id: 'Public' })
const Item = z.object({ title: z.string() }).meta({ id: 'Item' })
const Secret = z.object({ launch: z.string() }).meta({ id: 'LaunchCode' })

/** Tokens are their scopes: `items+admin`. */
function setUp(options: { readonly onError?: (error: unknown) => void } = {}) {
  const verify = vi.fn((token: string) => {
    if (token === 'broken') throw new Error('the store is away')
    return token === 'forged' ? undefined : { scopes: token.split('+') }
  })
  const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { items: 'Items.', admin: 'All.' }, verify })
  const key = new APIKeyHeader({ name: 'X-Key' })
  const app = new App({
    docs: { onlyCallable: true },
    tags: [{ name: 'open' }, { name: 'items' }, { name: 'launch', description: 'Of rockets' }, { name: 'unused' }],
    ...options,
  })
  app.get('/open', { response: Public, tags: ['open'] }, () => ({ a: 'b' }))
  app.get('/optional', { params: { who: new HTTPBearer({ autoError: false }) }, tags: ['open'] }, () => 1)
  app.get('/items', { params: { who: Security(scheme, ['items']) }, response: Item, tags: ['items'] }, () => ({
    title: '',
  }))
  const launch = { who: Security(scheme, ['items', 'admin']), code: Body(Secret), id: Path(z.int()) }
  app.post('/launch/{id}', { params: launch, tags: ['launch'] }, () => 1)
  app.get('/token', { params: { who: scheme }, tags: ['items'] }, () => 1)
  app.get('/either', { params: { who: anyOf(Security(scheme, ['admin']), key) }, tags: ['items'] }, () => 1)
  app.get('/both', { params: { who: scheme, key }, tags: ['items'] }, () => 1)
  app.get('/hidden', { includeInSchema: false, params: { who: scheme } }, () => 1)
  const asked = async (headers: Record<string, string> = {}) => {
    const answer = await app.request('/openapi.json', { headers })
    expect(answer.status).toBe(200)
    const text = await answer.text()
    return { answer, text, document: JSON.parse(text), paths: Object.keys(JSON.parse(text).paths).sort() }
  }
  return { app, scheme, verify, asked, bearer: (token: string) => asked({ authorization: `Bearer ${token}` }) }
}

describe('docs: { onlyCallable: true }', () => {
  test('shows nobody what is closed, and how to log in all the same', async () => {
    const { asked, verify } = setUp()
    const { paths, text, document } = await asked()
    expect(paths).toEqual(['/open', '/optional'])
    for (const hidden of ['LaunchCode', 'launch', 'rockets', 'Item', 'items"', '/either']) {
      expect(text.replace(JSON.stringify(document.components.securitySchemes), '')).not.toContain(hidden)
    }
    expect(Object.keys(document.components.schemas)).toEqual(['HTTPError', 'Public'])
    expect(document.tags).toEqual([{ name: 'open' }, { name: 'unused' }])
    expect(Object.keys(document.components.securitySchemes)).toEqual([
      'HTTPBearer',
      'OAuth2PasswordBearer',
      'APIKeyHeader',
    ])
    expect(verify).not.toHaveBeenCalled()
  })

  test('shows each what their scopes allow', async () => {
    const { bearer } = setUp()
    expect((await bearer('items')).paths).toEqual(['/items', '/open', '/optional', '/token'])
    expect((await bearer('admin')).paths).toEqual(['/either', '/open', '/optional', '/token'])
    const all = await bearer('items+admin')
    expect(all.paths).toEqual(['/either', '/items', '/launch/{id}', '/open', '/optional', '/token'])
    expect(all.document.tags.map(({ name }: { name: string }) => name)).toEqual(['open', 'items', 'launch', 'unused'])
    expect((await bearer('forged')).paths).toEqual(['/open', '/optional'])
  })

  test('what is shown can be called, and what is left out is refused, with the same credentials', async () => {
    const { app, bearer } = setUp()
    const every = Object.keys(app.openapi().paths).filter((path) => !path.startsWith('/launch'))
    expect(every).toHaveLength(6)
    for (const token of ['items', 'admin', 'items+admin', 'forged']) {
      const { paths } = await bearer(token)
      for (const path of every) {
        const { status } = await app.request(path, { headers: { authorization: `Bearer ${token}` } })
        expect([token, path, status === 200]).toEqual([token, path, paths.includes(path)])
      }
    }
  })

  test('a scheme that only reads is satisfied by credentials that are there; AND needs both', async () => {
    const { asked } = setUp()
    expect((await asked({ 'x-key': 'any' })).paths).toEqual(['/either', '/open', '/optional'])
    expect((await asked({ 'x-key': 'any', authorization: 'Bearer items' })).paths).toEqual([
      '/both',
      '/either',
      '/items',
      '/open',
      '/optional',
      '/token',
    ])
    expect((await asked({ 'x-key': '' })).paths).toEqual(['/open', '/optional'])
  })

  test('each scheme is asked who calls once, however many operations and scopes there are', async () => {
    const { app, scheme, verify, bearer } = setUp()
    for (let i = 0; i < 30; i++) app.get(`/more/${i}`, { params: { who: Security(scheme, ['items']) } }, () => 1)
    await bearer('items')
    expect(verify).toHaveBeenCalledTimes(1)
    verify.mockClear()
    await bearer('forged')
    expect(verify).toHaveBeenCalledTimes(1)
  })

  test('a principal that says nothing of scopes is asked for with them, once for the same ones', async () => {
    const asked: string[] = []
    class Own extends SecurityScheme<object, string> {
      readonly model = { type: 'http', scheme: 'own' } as const
      override get scopes(): undefined {
        return undefined
      }
      override get verifiesScopes(): boolean {
        return true
      }
      override authenticate(_incoming: Incoming, scopes: RequiredScopes): object {
        asked.push(scopes.scopeStr)
        scopes.require(['a', 'b'])
        return {}
      }
    }
    const own = new Own()
    const app = new App({ docs: { onlyCallable: true } })
    app.get('/a', { params: { who: Security(own, ['a']) } }, () => 1)
    app.get('/ab', { params: { who: Security(own, ['a', 'b']) } }, () => 1)
    app.get('/ba', { params: { who: Security(own, ['b', 'a']) } }, () => 1)
    app.get('/c', { params: { who: Security(own, ['c']) } }, () => 1)
    const { paths } = await (await app.request('/openapi.json')).json()
    expect(Object.keys(paths)).toEqual(['/a', '/ab', '/ba'])
    expect(asked).toEqual(['', 'a', 'a b', 'c'])
  })

  test('scopes are a list or a text, and no scope is found inside of another', async () => {
    const scheme = new HTTPBearer({
      scopes: { item: 'Item.', items: 'Items.' },
      verify: ({ credentials }) => ({ scopes: credentials === 'text' ? 'items other' : ['items'] }),
    })
    const app = new App({ docs: { onlyCallable: true } })
    app.get('/item', { params: { who: Security(scheme, ['item']) } }, () => 1)
    app.get('/items', { params: { who: Security(scheme, ['items']) } }, () => 1)
    for (const token of ['text', 'list']) {
      const answer = await app.request('/openapi.json', { headers: { authorization: `Bearer ${token}` } })
      expect(Object.keys((await answer.json()).paths)).toEqual(['/items'])
    }
  })

  test('a scheme that cannot be asked lets nobody in, and the app is told once', async () => {
    const onError = vi.fn()
    const { bearer } = setUp({ onError })
    expect((await bearer('broken')).paths).toEqual(['/open', '/optional'])
    expect(onError).toHaveBeenCalledTimes(1)
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ message: 'the store is away' })
  })

  test('may not be kept for another', async () => {
    const { asked, app } = setUp()
    const { answer } = await asked()
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    expect(answer.headers.get('vary')).toBe('Authorization, X-Key')
    expect(answer.headers.get('content-type')).toBe('application/json')
    app.get('/cookie', { params: { who: new APIKeyCookie({ name: 'session' }) } }, () => 1)
    app.get('/query', { params: { who: new APIKeyQuery({ name: 'k' }) } }, () => 1)
    expect((await asked()).answer.headers.get('vary')).toBe('Authorization, Cookie, X-Key')
    expect((await asked({ cookie: 'session=x' })).paths).toContain('/cookie')
    const { paths } = await (await app.request('/openapi.json?k=1')).json()
    expect(Object.keys(paths)).toContain('/query')
    expect((await app.request('/openapi.json', { method: 'HEAD' })).headers.get('cache-control')).toBe(
      'private, no-store',
    )
  })

  test('an operation that is declared later is shown to whom it may be', async () => {
    const { app, asked } = setUp()
    await asked()
    app.get('/late', () => 1)
    expect((await asked()).paths).toContain('/late')
  })

  test('many different viewers: each gets their own', async () => {
    const app = new App({ docs: { onlyCallable: true } })
    const names = Array.from({ length: 40 }, (_, i) => `s${i}`)
    const scopes = Object.fromEntries(names.map((name) => [name, name]))
    const scheme = new HTTPBearer({ scopes, verify: ({ credentials }) => ({ scopes: [credentials] }) })
    for (const name of names) app.get(`/${name}`, { params: { who: Security(scheme, [name]) } }, () => 1)
    for (const name of [...names, ...names.toReversed()]) {
      const answer = await app.request('/openapi.json', { headers: { authorization: `Bearer ${name}` } })
      expect(Object.keys((await answer.json()).paths)).toEqual([`/${name}`])
    }
  })

  test('beside what protects the document itself, under a mount prefix, and for the caller of a test', async () => {
    const gate = new APIKeyHeader({ name: 'X-Gate' })
    const inner = new App({ docs: { onlyCallable: true, params: { gate } } })
    const scheme = new HTTPBearer({ scopes: { a: 'A.' }, verify: () => undefined })
    inner.get('/a', { params: { who: Security(scheme, ['a']) } }, () => 1)
    const app = new App().mount('/v1', inner)
    expect((await app.request('/v1/openapi.json')).status).toBe(401)
    const document = await (await app.request('/v1/openapi.json', { headers: { 'x-gate': 'x' } })).json()
    expect([Object.keys(document.paths), document.servers]).toEqual([[], [{ url: '/v1' }]])
    const seen = await (await as(app, 'x', { scopes: ['a'] }).request('/v1/openapi.json')).json()
    expect(Object.keys(seen.paths)).toEqual(['/a'])
    const unseen = await (await as(app, 'x').request('/v1/openapi.json')).json()
    expect(Object.keys(unseen.paths)).toEqual([])
  })

  test('app.openapi() has it all, and without the option so has the served one', async () => {
    const { app } = setUp()
    expect(Object.keys(app.openapi().paths)).toHaveLength(7)
    const router = new Router({ dependencies: [new HTTPBearer()] })
    router.get('/closed', () => 1)
    const other = new App({ docs: { onlyCallable: false } })
    other.include(router)
    const answer = await other.request('/openapi.json')
    expect(Object.keys((await answer.json()).paths)).toEqual(['/closed'])
    expect(answer.headers.get('cache-control')).toBeNull()
  })

  test('an answer other than 401 and 403 of a scheme is told, and lets nobody in', async () => {
    const onError = vi.fn()
    const app = new App({ docs: { onlyCallable: true }, onError })
    const scheme = new HTTPBearer({
      verify: async () => {
        throw new HTTPException(503)
      },
    })
    app.get('/a', { params: { scheme } }, () => 1)
    const answer = await app.request('/openapi.json', { headers: { authorization: 'Bearer x' } })
    expect([answer.status, Object.keys((await answer.json()).paths)]).toEqual([200, []])
    expect(onError).toHaveBeenCalledTimes(1)
  })

  test('misuse is told when the app is made', () => {
    expect(() => new App({ docs: { onlyCallable: 'yes' as never } })).toThrow(/onlyCallable is true or false/)
    expect(() => new App({ docs: { onlycallable: true } as never })).toThrow(/has no option onlycallable/)
  })
})
