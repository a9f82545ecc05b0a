/** What the audit tells of an app. */
import { App, anyOf, Body, dependency, Router, Security, SecurityScopes } from 'sallyport'
import {
  APIKeyHeader,
  APIKeyQuery,
  HTTPBasic,
  HTTPBearer,
  OAuth2Implicit,
  OAuth2PasswordBearer,
  OpenIdConnect,
} from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { auditJson, auditOf, auditText, findingsOf } from '../../src/audit/index.ts'
import type { Requires } from '../../src/audit/requires.ts'

const SCOPES = { me: 'Me.', items: 'Items.' }
const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: SCOPES })
const verifying = new HTTPBearer({ schemeName: 'Verifying', scopes: SCOPES, verify: () => ({ scopes: ['me'] }) })
const bearer = new HTTPBearer()
const key = new APIKeyHeader({ name: 'X-Key' })
const getUser = dependency({ token: scheme, scopes: SecurityScopes }, ({ token }) => token)

/** Requirements as plain records. */
const plain = (requires: Requires): object[] => requires.map((alternative) => Object.fromEntries(alternative))
const operation = (app: App) => auditOf(app).operations[0] as ReturnType<typeof auditOf>['operations'][number]
const verified = (app: App): unknown[] =>
  operation(app).requires.map((alternative) => [...alternative].map(([name, demand]) => [name, demand.verified]))

describe('an operation', () => {
  test('with scopes, a body and a verifying scheme', () => {
    const app = new App()
    const params = { who: Security(verifying, ['me', 'items']), item: Body(z.object({ title: z.string() })) }
    app.post('/items', { params, includeInSchema: false }, () => 1)
    const { requires, ...rest } = operation(app)
    expect(plain(requires)).toEqual([
      { Verifying: { kind: 'http bearer', scopes: ['items', 'me'], verified: 'scheme' } },
    ])
    expect(rest).toEqual({
      method: 'POST',
      path: '/items',
      open: false,
      public: false,
      who: 'whoever has a bearer token that grants items and me (the scheme checks it)',
      changesState: true,
      body: 'application/json',
      documented: false,
    })
  })

  test('that is open, optional, or has two ways in', () => {
    const app = new App()
    app.get('/a', { public: true }, () => 1)
    app.get('/b', { params: { who: new HTTPBearer({ autoError: false }) } }, () => 1)
    app.get('/c', { params: { who: anyOf(getUser, new HTTPBasic()), key } }, () => 1)
    const told = auditOf(app).operations.map(({ open, who }) => [open, who])
    expect(told).toEqual([
      [true, 'anybody'],
      [true, 'anybody, and whoever has a bearer token (only the handler can check it)'],
      [
        false,
        'whoever has the key in the header X-Key (only the handler can check it) and a user name and password (only the handler can check it), or the key in the header X-Key (only the handler can check it) and an OAuth 2 token (a dependency checks it)',
      ],
    ])
  })

  test('of an app or router has what stands above it', () => {
    const app = new App({ dependencies: [getUser] })
    const router = new Router({ prefix: '/r', dependencies: [verifying] })
    router.delete('/x', () => 1)
    app.include(router)
    expect(plain(operation(app).requires)).toEqual([
      {
        OAuth2PasswordBearer: { kind: 'oauth2', scopes: [], verified: 'dependency' },
        Verifying: { kind: 'http bearer', scopes: [], verified: 'scheme' },
      },
    ])
  })
})

describe('who checks the credentials', () => {
  const appWith = (options: object): App => {
    const app = new App()
    app.get('/', options as { params: Record<never, never> }, () => 1)
    return app
  }
  test.each([
    ['the scheme', { params: { who: verifying } }, [[['Verifying', 'scheme']]]],
    ['a dependency', { params: { who: getUser } }, [[['OAuth2PasswordBearer', 'dependency']]]],
    ['at most the handler', { params: { bearer } }, [[['HTTPBearer', 'handler']]]],
    ['nobody: a guard whose value is given to nobody', { dependencies: [bearer] }, [[['HTTPBearer', 'nobody']]]],
    [
      'a dependency, though the scheme is a guard as well',
      { dependencies: [scheme], params: { who: Security(getUser, []) } },
      [[['OAuth2PasswordBearer', 'dependency']]],
    ],
    [
      'a dependency that is given an alternative',
      { params: { who: dependency({ any: anyOf(bearer, key) }, ({ any }) => any) } },
      [[['APIKeyHeader', 'dependency']], [['HTTPBearer', 'dependency']]],
    ],
    [
      'whoever checks least, where a caller has the choice',
      {
        params: {
          who: anyOf(
            dependency({ bearer }, () => 1),
            Security(bearer, []),
          ),
        },
      },
      [[['HTTPBearer', 'handler']]],
    ],
    [
      'nobody, where the one who does is in one alternative only',
      {
        dependencies: [bearer],
        params: {
          who: anyOf(
            dependency({ bearer }, () => 1),
            key,
          ),
        },
      },
      [
        [
          ['APIKeyHeader', 'handler'],
          ['HTTPBearer', 'nobody'],
        ],
        [['HTTPBearer', 'nobody']],
      ],
    ],
  ])('%s', (_, options, expected) => {
    expect(verified(appWith(options))).toEqual(expected)
  })
})

describe('beside the operations', () => {
  test('documents and their pages, with what protects them', () => {
    const app = new App({ docs: { params: { who: verifying } }, redocUrl: null })
    expect(auditOf(app).docs.map(({ requires, ...rest }) => ({ ...rest, requires: plain(requires) }))).toEqual([
      {
        paths: ['/openapi.json', '/docs', '/docs/oauth2-redirect'],
        requires: [{ Verifying: { kind: 'http bearer', scopes: [], verified: 'scheme' } }],
        who: 'whoever has a bearer token (the scheme checks it)',
        onlyCallable: false,
      },
    ])
    expect(auditOf(new App({ openapiUrl: null })).docs).toEqual([])
  })

  test('mounted apps under their prefix; what is no app cannot be looked into', () => {
    const inner = new App({ docsUrl: null, redocUrl: null })
    inner.get('/users', { params: { who: verifying } }, () => 1)
    const app = new App()
    app.get('/admin/users', () => 1)
    app.get('/', () => 1)
    app.mount('/admin', inner)
    app.mount('/again', inner)
    app.mount('/files', () => new Response())
    inner.mount('/self', app)
    const { operations, docs, unseen } = auditOf(app)
    expect(operations.map(({ method, path, open }) => `${method} ${path} ${open}`)).toEqual([
      'GET / true',
      'GET /admin/users true', // the outer one answers
      'GET /again/users false',
    ])
    expect(docs.map(({ paths }) => paths[0])).toEqual(['/openapi.json', '/admin/openapi.json', '/again/openapi.json'])
    expect(unseen).toEqual(['/files'])
  })

  test('schemes, with what is required of them', () => {
    const app = new App()
    app.get('/a', { params: { who: Security(getUser, ['me']) } }, () => 1)
    app.get('/b', { params: { who: new OpenIdConnect({ openIdConnectUrl: 'https://login.example.com/x' }) } }, () => 1)
    expect(auditOf(app).schemes.map(({ model: _, ...rest }) => rest)).toEqual([
      { name: 'OAuth2PasswordBearer', kind: 'oauth2', verifies: false, scopes: ['items', 'me'], required: ['me'] },
      {
        name: 'OpenIdConnect',
        kind: 'openIdConnect of https://login.example.com/x',
        verifies: false,
        scopes: null,
        required: [],
      },
    ])
  })
})

describe('findings', () => {
  const rules = (app: App): string[] => findingsOf(auditOf(app)).map(({ rule, where }) => `${rule} ${where}`)

  test('none for an app that has nothing to be found', () => {
    const app = new App({ closed: true, docs: { onlyCallable: true } })
    app.post('/items', { params: { who: Security(verifying, ['me', 'items']) } }, () => 1)
    app.post('/register', { public: true }, () => 1)
    expect(rules(app)).toEqual([])
  })

  test('credentials that nobody looks at are an error, those that only the handler is given a warning', () => {
    const app = new App()
    app.get('/a', { dependencies: [key] }, () => 1)
    app.get('/b', { params: { bearer } }, () => 1)
    expect(findingsOf(auditOf(app)).slice(0, 2)).toEqual([
      {
        rule: 'credentials-ignored',
        level: 'error',
        where: 'GET /a',
        message: 'GET /a requires APIKeyHeader, whose value nobody is given: any text will do.',
        next: expect.stringContaining('verify'),
      },
      {
        rule: 'credentials-unverified',
        level: 'warning',
        where: 'GET /b',
        message: 'GET /b gives its handler what HTTPBearer reads, and nothing before it checks that.',
        next: expect.stringContaining('dependency'),
      },
    ])
  })

  test('open and optional operations that change state, and hidden ones; not token endpoints, and not what is public on purpose', () => {
    const app = new App()
    const optional = dependency({ who: new HTTPBearer({ autoError: false }) }, ({ who }) => who)
    app.post('/open', () => 1)
    app.put('/optional', { params: { optional } }, () => 1)
    app.get('/hidden', { includeInSchema: false }, () => 1)
    app.get('/safe', () => 1)
    app.post('/token', () => 1)
    app.post('/register', { public: true }, () => 1)
    app.get('/me', { params: { who: Security(getUser, ['me']) } }, () => 1)
    app.get('/items', { params: { who: Security(getUser, ['items']) } }, () => 1)
    expect(rules(app)).toEqual([
      'open-unsafe POST /open',
      'optional-unsafe PUT /optional',
      'hidden-open GET /hidden',
      'password-flow OAuth2PasswordBearer',
    ])
  })

  test('two verifying schemes that read one place, where there is no other way in', () => {
    const verify = (): string => 'somebody'
    const header = new APIKeyHeader({ schemeName: 'Partner', name: 'X-Key', verify })
    const same = new APIKeyHeader({ schemeName: 'Device', name: 'x-key', verify })
    const other = new APIKeyHeader({ schemeName: 'Other', name: 'X-Other', verify })
    const query = new APIKeyQuery({ schemeName: 'Query', name: 'X-Key', verify })
    const token = new OAuth2PasswordBearer({ tokenUrl: 'token', schemeName: 'Token', verify })
    const places = (params: object): string[] => {
      const app = new App()
      app.get('/', { params: params as Record<never, never> }, () => 1)
      return findingsOf(auditOf(app))
        .filter(({ rule }) => rule === 'same-place')
        .map(({ level, message }) => `${level}: ${message}`)
    }
    expect(places({ header, same })).toEqual([
      'warning: GET / requires Device and Partner together, and both verify what is in the header x-key.',
    ])
    expect(places({ verifying, token })).toEqual([
      'warning: GET / requires Token and Verifying together, and both verify what is in the header authorization.',
    ])
    expect(places({ header, other, query, token })).toEqual([])
    expect(places({ any: anyOf(header, same) })).toEqual([])
    expect(places({ header, any: anyOf(same, other) })).toEqual([])
    expect(places({ header, key })).toEqual([]) // whoever is given key decides
    expect(places({ header, optional: new APIKeyHeader({ name: 'X-Key', verify, autoError: false }) })).toEqual([])
  })

  test('a public document of a closed API', () => {
    const closed = (options: object): App => {
      const app = new App(options)
      app.get('/', { params: { who: Security(verifying, ['me', 'items']) } }, () => 1)
      return app
    }
    expect(rules(closed({}))).toEqual(['docs-open GET /openapi.json'])
    expect(rules(closed({ docs: { params: { who: verifying } } }))).toEqual([])
    expect(rules(closed({ docs: { onlyCallable: true } }))).toEqual([])
    expect(rules(closed({ openapiUrl: null }))).toEqual([])
  })

  test('keys in the query, the implicit flow, plain http, scopes that nobody requires, mounts', () => {
    const app = new App({ servers: [{ url: 'http://api.example.com' }, { url: 'http://localhost:8000' }] })
    const implicit = new OAuth2Implicit({
      authorizationUrl: 'http://login.example.com/a',
      scopes: { unused: 'Unused.' },
    })
    const check = dependency({ implicit, query: new APIKeyQuery({ name: 'k' }) }, () => 1)
    app.get('/', { params: { check } }, () => 1)
    app.get('/open', () => 1)
    app.mount('/files', () => new Response())
    expect(rules(app)).toEqual([
      'key-in-query APIKeyQuery',
      'implicit-flow OAuth2Implicit',
      'without-tls OAuth2Implicit',
      'without-tls servers',
      'scope-unused OAuth2Implicit',
      'mount-unseen /files',
    ])
  })
})

describe('the report', () => {
  const app = new App({ title: 'Small' })
  app.get('/me', { params: { who: Security(verifying, ['me', 'items']) } }, () => 1)
  app.post('/items', { params: { item: Body(z.string()) } }, () => 1)
  const audit = auditOf(app)

  test('for people', () => {
    expect(
      auditText(audit, findingsOf(audit)),
    ).toBe(`🔓 POST  /items  anybody               can change state, reads application/json
🔒 GET   /me     Verifying [items me]
         who: whoever has a bearer token that grants items and me (the scheme checks it)

Schemes
  Verifying  http bearer; verifies, gives a principal; scopes required: items me

Documents and their pages
  /openapi.json, /docs, /docs/oauth2-redirect and /redoc: anybody

warning  POST /items can change something, and anybody may call it.  (open-unsafe)
  Require a security dependency, or say { public: true } where anybody may.

2 operations: 1 closed, 1 open. 0 errors, 1 warning, 0 notes.
`)
  })

  test('for programs: nothing is lost on the way to JSON', () => {
    const json = JSON.parse(JSON.stringify(auditJson(audit, findingsOf(audit), [])))
    expect(json.operations[1].requires).toEqual([
      { Verifying: { kind: 'http bearer', scopes: ['items', 'me'], verified: 'scheme' } },
    ])
    expect(Object.keys(json)).toEqual([
      'title',
      'operations',
      'schemes',
      'docs',
      'unseen',
      'servers',
      'findings',
      'changes',
    ])
  })

  test('of an app without operations', () => {
    const empty = auditOf(new App({ openapiUrl: null }))
    expect(auditText(empty, [])).toContain('has no operations')
  })
})
