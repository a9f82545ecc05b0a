/** The document as a whole: what is said of the app, its paths and servers, and FastAPI's documents of its tutorial. */
import { readFileSync } from 'node:fs'
import { App, Body, dependency, HTTPException, Path, Query, Security, SecurityScopes } from 'sallyport'
import { HTTPBasic, OAuth2PasswordBearer, OAuth2PasswordRequestForm } from 'sallyport/security'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { makeDocument, withRootPath } from '../../src/openapi/document.ts'
import type { OpenAPIObject } from '../../src/openapi/types.ts'
import { success } from './parts.ts'
import { expectValid, problemsOf } from './validators.ts'

const info = { title: 'Whole', version: '1.0.0' }

test('what is said of the app', async () => {
  const about = {
    ...info,
    summary: 'Short.',
    description: 'Long.',
    termsOfService: 'https://example.com/terms',
    contact: { name: 'Ann', url: 'https://example.com', email: 'ann@example.com' },
    license: { name: 'MIT', identifier: 'MIT' },
  }
  const servers = [{ url: 'https://{host}/v1', variables: { host: { default: 'a.test', enum: ['a.test', 'b.test'] } } }]
  const tags = [{ name: 'items', description: 'Things.', externalDocs: { url: 'https://example.com/items' } }]
  const externalDocs = { url: 'https://example.com/docs', description: 'More.' }
  const document = makeDocument({ ...about, servers, tags, externalDocs }, [])
  expect(document).toEqual({ openapi: '3.1.0', info: about, servers, paths: {}, tags, externalDocs })
  expect(Object.keys(document)).toEqual(['openapi', 'info', 'servers', 'paths', 'tags', 'externalDocs'])
  await expectValid(document)
})

test('operations stand under their paths and methods, those that are hidden do not', async () => {
  const app = new App(info)
  app.get('/a', () => ({}))
  app.post('/a', () => ({}))
  app.get('/b', { includeInSchema: false }, () => ({}))
  app.get('/files/{rest:path}', { params: { rest: Path(z.string()) } }, () => ({}))
  const { paths } = app.openapi()
  expect(Object.keys(paths)).toEqual(['/a', '/files/{rest}'])
  expect(Object.keys(paths['/a'] ?? {})).toEqual(['get', 'post'])
  await expectValid(app.openapi())
})

test('paths that differ in their names only are one path', async () => {
  const app = new App(info)
  app.get('/users/{id}/items/{item}', { params: { id: Path(z.string()), item: Path(z.string()) } }, () => ({}))
  app.put('/users/{user}/items/{id}', { params: { user: Path(z.string()), id: Path(z.int()) } }, () => ({}))
  const { paths } = app.openapi()
  expect(Object.keys(paths)).toEqual(['/users/{id}/items/{item}'])
  expect(paths['/users/{id}/items/{item}']?.put?.parameters).toMatchObject([
    { name: 'id', schema: { type: 'string' } },
    { name: 'item', schema: { type: 'integer' } },
  ])
  await expectValid(app.openapi())
})

test('a path of one segment and one of all segments are two', () => {
  const app = new App(info)
  app.get('/files/{name}', { params: { name: Path(z.string()) } }, () => ({}))
  app.get('/files/{name:path}', { params: { name: Path(z.string()) } }, () => ({}))
  const { paths } = app.openapi()
  expect(Object.keys(paths)).toEqual(['/files/{name}', '/files/{name_path}'])
  expect(paths['/files/{name_path}']?.get?.parameters).toMatchObject([{ name: 'name_path', in: 'path' }])
})

test('a mount prefix is the first server, once', async () => {
  const document = makeDocument({ ...info, servers: [{ url: 'https://example.com' }] }, [])
  const before = structuredClone(document)
  const mounted = withRootPath(document, '/api/v1/')
  expect(mounted.servers).toEqual([{ url: '/api/v1' }, { url: 'https://example.com' }])
  expect(Object.keys(mounted)).toEqual(['openapi', 'info', 'servers', 'paths'])
  expect(document).toEqual(before)
  expect(withRootPath(mounted, '/api/v1')).toBe(mounted)
  expect(withRootPath(document, '')).toBe(document)
  expect(withRootPath(document, '/')).toBe(document)
  expect(withRootPath(makeDocument(info, []), '/api').servers).toEqual([{ url: '/api' }])
  await expectValid(mounted)
})

test('the document is the same each time it is made', () => {
  const app = new App(info)
  const User = z.object({ a: z.string(), b: z.object({ c: z.string() }).meta({ id: 'Inner' }) })
  app.post(
    '/a',
    { params: { user: Body(User), auth: new HTTPBasic({ realm: 'a' }) }, response: User },
    ({ user }) => user,
  )
  app.post('/b', { params: { user: Body(User) }, response: User }, ({ user }) => user)
  const [first, second] = [makeDocument(info, app.operations), makeDocument(info, app.operations)]
  expect(JSON.stringify(first)).toBe(JSON.stringify(second))
  expect(first.paths['/a']).not.toBe(second.paths['/a'])
})

test('the validators refuse what is wrong', async () => {
  const wrong = (paths: object, components: object = {}): Promise<string[]> =>
    problemsOf({ openapi: '3.1.0', info, paths, components } as OpenAPIObject)
  const by = (problems: readonly string[]): string[] => [
    ...new Set(problems.map((problem) => problem.split(':')[0] ?? '')),
  ]
  expect(by(await wrong({ '/': { get: { operationId: 'a', responses: { 200: { description: 1 } } } } }))).toEqual([
    'seriousme',
    'redocly',
  ])
  const unresolved = {
    200: { description: '', content: { 'text/plain': { schema: { $ref: '#/components/schemas/No' } } } },
  }
  expect(by(await wrong({ '/': { get: { operationId: 'a', responses: unresolved } } }))).toContain('redocly')
  expect(by(await wrong({}, { schemas: { A: { type: 'strin' } } }))).toContain('metaschema')
  expect(by(await wrong({}, { schemas: { 'A/B': {} } }))).toContain('seriousme')
})

// ---- FastAPI's documents -------------------------------------------------------------------------------------------------------

interface Tutorial {
  readonly openapi: OpenAPIObject
}

/** FastAPI's document of one of its tutorial apps, without what differs on purpose. */
function tutorial(name: string): object {
  const url = new URL(`../conformance/tutorial/${name}.json`, import.meta.url)
  return comparable((JSON.parse(readFileSync(url, 'utf8')) as Tutorial).openapi)
}

/**
 * A document without what DESIGN §3 changes: 401 and 403, the input of a 422; without titles and the operationIds, which are made
 * in another way; and with one spelling for `anyOf` with null.
 */
function comparable(document: OpenAPIObject): object {
  const { paths, components, ...rest } = structuredClone(document)
  for (const operation of Object.values(paths).flatMap((item) => Object.values(item))) {
    for (const status of ['401', '403']) delete operation.responses[status]
  }
  const { HTTPError: _, ValidationError: __, HTTPValidationError: ___, ...schemas } = components?.schemas ?? {}
  const text = JSON.stringify({ ...rest, paths, schemas, securitySchemes: components?.securitySchemes })
  return JSON.parse(text.replace(/Body_\w+/g, 'Body'), (key, value) => {
    if (key === 'title' && typeof value === 'string') return undefined
    if (key === 'operationId') return undefined
    if (Array.isArray(value?.anyOf) && value.anyOf[1]?.type === 'null') {
      const { anyOf, ...beside } = value
      return { ...anyOf[0], ...beside, type: [anyOf[0].type, 'null'] }
    }
    if (value?.additionalProperties === false) delete value.additionalProperties
    return value
  })
}

const fastapi = { title: 'FastAPI', version: '0.1.0' }

test("FastAPI's document: simple OAuth2 (security tutorial 3)", async () => {
  const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })
  const app = new App(fastapi)
  app.post('/token', { params: { formData: OAuth2PasswordRequestForm } }, function login() {})
  app.get('/users/me', { params: { token: oauth2Scheme } }, function readUsersMe() {})
  expect(comparable(app.openapi())).toEqual(tutorial('security_tutorial_3'))
  await expectValid(app.openapi())
})

test("FastAPI's document: scopes and models (security tutorial 5)", async () => {
  const scopes = { me: 'Read information about the current user.', items: 'Read items.' }
  const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes })
  const getCurrentUser = dependency({ token: oauth2Scheme, scopes: SecurityScopes }, ({ token, scopes: required }) => {
    required.require(token)
    return { username: 'a' }
  })
  const getCurrentActiveUser = dependency({ user: Security(getCurrentUser, ['me']) }, ({ user }) => user)
  const Token = z.object({ access_token: z.string(), token_type: z.string() }).meta({ id: 'Token' })
  const User = z
    .object({
      username: z.string(),
      email: z.string().nullish(),
      full_name: z.string().nullish(),
      disabled: z.boolean().nullish(),
    })
    .meta({ id: 'User' })
  const app = new App(fastapi)
  const token = { params: { formData: OAuth2PasswordRequestForm }, response: Token }
  app.post('/token', token, function loginForAccessToken() {
    throw new HTTPException(400)
  })
  app.get('/users/me/', { params: { user: getCurrentActiveUser }, response: User }, function readUsersMe({ user }) {
    return user
  })
  const own = { params: { user: Security(getCurrentActiveUser, ['items']) } }
  app.get('/users/me/items/', own, function readOwnItems() {})
  app.get('/status/', { params: { user: getCurrentUser } }, function readSystemStatus() {})
  expect(comparable(app.openapi())).toEqual(tutorial('security_tutorial_5_scopes'))
  await expectValid(app.openapi())
})

test("FastAPI's document: Basic (security tutorial 6)", async () => {
  const app = new App(fastapi)
  app.get('/users/me', { params: { credentials: new HTTPBasic() } }, function readCurrentUser() {})
  expect(comparable(app.openapi())).toEqual(tutorial('security_tutorial_6_http_basic'))
  await expectValid(app.openapi())
})

test("FastAPI's document: servers (behind a proxy 4)", () => {
  const servers = [
    { url: 'https://stag.example.com', description: 'Staging environment' },
    { url: 'https://prod.example.com', description: 'Production environment' },
  ]
  const app = new App({ ...fastapi, servers })
  app.get('/app', function readMain() {})
  expect(comparable(app.openapi())).toEqual(tutorial('behind_a_proxy_4'))
})

test('an operation without anything', () => {
  const app = new App(info)
  app.get('/', { params: { q: Query(z.string().optional(), { includeInSchema: false }) }, responses: {} }, () => ({}))
  expect(app.openapi().paths['/']?.get?.responses[200]).toEqual(success)
})
