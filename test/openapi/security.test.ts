/** What the document says of security, whole, for every way in which declarations are put together. */
import { App, anyOf, dependency, HTTPException, Query, Security, SecurityScopes } from 'sallyport'
import { APIKeyHeader, HTTPBasic, HTTPBearer, OAuth2PasswordBearer } from 'sallyport/security'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { HTTPError, HTTPValidationError, invalid, refused, refusedAs, success, ValidationError } from './parts.ts'
import { expectValid } from './validators.ts'

const key = new APIKeyHeader({ name: 'X-Key', schemeName: 'key' })
const bearer = new HTTPBearer({ schemeName: 'bearer' })
const basic = new HTTPBasic({ schemeName: 'basic' })
const scopes = { me: 'Read yourself.', items: 'Read items.' }
const oauth2 = new OAuth2PasswordBearer({ schemeName: 'oauth2', tokenUrl: 'token', scopes })

const keyModel = { type: 'apiKey', in: 'header', name: 'X-Key' }
const bearerModel = { type: 'http', scheme: 'bearer' }
const basicModel = { type: 'http', scheme: 'basic' }
const oauth2Model = { type: 'oauth2', flows: { password: { tokenUrl: 'token', scopes } } }

const info = { title: 'Doors', version: '1.0.0' }
const keyOrBearer = refusedAs('Not authenticated', {
  examples: { key: { value: 'APIKey' }, bearer: { value: 'Bearer' } },
})

test('AND is one object with two names', async () => {
  const app = new App(info)
  app.get('/', { params: { key, bearer } }, () => ({}))
  expect(app.openapi()).toEqual({
    openapi: '3.1.0',
    info,
    paths: {
      '/': {
        get: {
          operationId: 'get',
          responses: { 200: success, 401: keyOrBearer },
          security: [{ key: [], bearer: [] }],
        },
      },
    },
    components: { schemas: { HTTPError }, securitySchemes: { key: keyModel, bearer: bearerModel } },
  })
  await expectValid(app.openapi())
})

test('OR is two objects', async () => {
  const app = new App(info)
  app.get('/', { params: { caller: anyOf(key, bearer) } }, () => ({}))
  expect(app.openapi()).toEqual({
    openapi: '3.1.0',
    info,
    paths: {
      '/': {
        get: {
          operationId: 'get',
          responses: { 200: success, 401: keyOrBearer },
          security: [{ key: [] }, { bearer: [] }],
        },
      },
    },
    components: { schemas: { HTTPError }, securitySchemes: { key: keyModel, bearer: bearerModel } },
  })
  await expectValid(app.openapi())
})

test('optional is an empty object; its 401 is for credentials that are broken', async () => {
  const app = new App(info)
  const optional = new HTTPBasic({ schemeName: 'basic', autoError: false })
  app.get('/', { params: { optional } }, () => ({}))
  expect(app.openapi()).toEqual({
    openapi: '3.1.0',
    info,
    paths: {
      '/': {
        get: {
          operationId: 'get',
          responses: { 200: success, 401: refused('Not authenticated', 'Basic') },
          security: [{ basic: [] }, {}],
        },
      },
    },
    components: { schemas: { HTTPError }, securitySchemes: { basic: basicModel } },
  })
  await expectValid(app.openapi())
  expect((await app.request('/')).status).toBe(200)
  expect((await app.request('/', { headers: { authorization: 'Basic ?' } })).status).toBe(401)
})

test('AND over OR is the product', async () => {
  const app = new App(info)
  const challenges = { key: { value: 'APIKey' }, bearer: { value: 'Bearer' }, basic: { value: 'Basic' } }
  app.get('/', { params: { first: anyOf(key, bearer), second: basic } }, () => ({}))
  expect(app.openapi()).toEqual({
    openapi: '3.1.0',
    info,
    paths: {
      '/': {
        get: {
          operationId: 'get',
          responses: { 200: success, 401: refusedAs('Not authenticated', { examples: challenges }) },
          security: [
            { key: [], basic: [] },
            { bearer: [], basic: [] },
          ],
        },
      },
    },
    components: {
      schemas: { HTTPError },
      securitySchemes: { key: keyModel, bearer: bearerModel, basic: basicModel },
    },
  })
  await expectValid(app.openapi())
})

test('an OR with an optional alternative', () => {
  const app = new App(info)
  const anonymous = new APIKeyHeader({ name: 'X-Key', schemeName: 'key', autoError: false })
  app.get('/', { params: { caller: anyOf(bearer, anonymous) } }, () => ({}))
  expect(app.openapi().paths['/']?.get?.security).toEqual([{ bearer: [] }, { key: [] }, {}])
})

test('scopes stand in each alternative that declares them, and bring the 403', async () => {
  const checked = dependency({ token: oauth2, scopes: SecurityScopes }, ({ token, scopes: required }) => {
    required.require(token)
    return token
  })
  const other = new OAuth2PasswordBearer({ schemeName: 'other', tokenUrl: 'other/token', scopes: { items: 'Items.' } })
  const otherChecked = dependency({ token: other, scopes: SecurityScopes }, ({ token, scopes: required }) => {
    required.require(token)
    return token
  })
  const app = new App(info)
  app.get('/either', { params: { user: Security(anyOf(checked, otherChecked), ['items']) } }, () => ({}))
  app.get(
    '/nested',
    {
      params: {
        user: Security(
          dependency({ user: Security(checked, ['me']) }, ({ user }) => user),
          ['items'],
        ),
      },
    },
    () => ({}),
  )
  app.get('/none', { params: { user: checked } }, () => ({}))
  const challenge = (names: string): string => `Bearer error="insufficient_scope", scope="${names}"`
  const models = {
    oauth2: oauth2Model,
    other: { type: 'oauth2', flows: { password: { tokenUrl: 'other/token', scopes: { items: 'Items.' } } } },
  }
  expect(app.openapi()).toEqual({
    openapi: '3.1.0',
    info,
    paths: {
      '/either': {
        get: {
          operationId: 'get_either',
          responses: {
            200: success,
            401: refused('Not authenticated', 'Bearer'),
            403: refused('Not enough permissions', challenge('items')),
          },
          security: [{ oauth2: ['items'] }, { other: ['items'] }],
        },
      },
      '/nested': {
        get: {
          operationId: 'get_nested',
          responses: {
            200: success,
            401: refused('Not authenticated', 'Bearer'),
            403: refused('Not enough permissions', challenge('items me')),
          },
          security: [{ oauth2: ['items', 'me'] }],
        },
      },
      '/none': {
        get: {
          operationId: 'get_none',
          responses: { 200: success, 401: refused('Not authenticated', 'Bearer') },
          security: [{ oauth2: [] }],
        },
      },
    },
    components: { schemas: { HTTPError }, securitySchemes: models },
  })
  await expectValid(app.openapi())
})

test('what stands above an operation is in it; what is hidden brings no scheme', async () => {
  const app = new App({ ...info, dependencies: [dependency({ key, q: Query(z.string()) }, () => undefined)] })
  app.get('/', () => ({}))
  app.get('/hidden', { params: { basic }, includeInSchema: false }, () => ({}))
  expect(app.openapi()).toEqual({
    openapi: '3.1.0',
    info,
    paths: {
      '/': {
        get: {
          operationId: 'get',
          parameters: [{ name: 'q', in: 'query', required: true, schema: { type: 'string' } }],
          responses: { 200: success, 401: refused('Not authenticated', 'APIKey'), 422: invalid },
          security: [{ key: [] }],
        },
      },
    },
    components: {
      schemas: { HTTPError, HTTPValidationError, ValidationError },
      securitySchemes: { key: keyModel },
    },
  })
  await expectValid(app.openapi())
})

test("a scheme's own answers are documented as it makes them", async () => {
  class Forbidding extends HTTPBearer {
    override makeNotAuthenticatedError(): HTTPException {
      return new HTTPException(403, 'Go away')
    }
  }
  class Digesting extends HTTPBearer {
    override makeNotAuthenticatedError(): HTTPException {
      return new HTTPException(
        401,
        { code: 'who' },
        {
          headers: { 'Www-Authenticate': [`Digest realm="a", nonce="${Math.random()}", qop="auth"`, 'Bearer'] },
        },
      )
    }
  }
  const app = new App(info)
  app.get('/a', { params: { user: new Forbidding({ schemeName: 'forbidding' }) } }, () => ({}))
  app.get('/b', { params: { user: new Digesting({ schemeName: 'digesting' }) } }, () => ({}))
  const { paths } = app.openapi()
  expect(paths['/a']?.get?.responses).toEqual({
    200: success,
    403: {
      description: 'Go away',
      content: {
        'application/json': { schema: { $ref: '#/components/schemas/HTTPError' }, example: { detail: 'Go away' } },
      },
    },
  })
  expect(paths['/b']?.get?.responses[401]).toEqual({
    description: 'Unauthorized',
    headers: {
      'WWW-Authenticate': {
        description: 'The challenge of the scheme that refused.',
        schema: { type: 'string' },
        example: 'Digest realm="a", nonce="...", qop="auth", Bearer',
      },
    },
    content: {
      'application/json': {
        schema: { type: 'object', properties: { detail: {} }, required: ['detail'] },
        example: { detail: { code: 'who' } },
      },
    },
  })
  await expectValid(app.openapi())
})

test('answers of several schemes that differ are named after them', async () => {
  class Plain extends HTTPBearer {
    override makeNotAuthenticatedError(): HTTPException {
      return new HTTPException(401, 'Who are you?', { headers: { 'www-authenticate': 'Bearer realm="a"' } })
    }
    override makeInsufficientScopeError(): HTTPException {
      return new HTTPException(401, 'Not you', { headers: { 'www-authenticate': 'Bearer realm="b"' } })
    }
  }
  const plain = new Plain({ schemeName: 'plain', scopes: { a: 'A.' } } as never)
  const checked = dependency({ plain, scopes: SecurityScopes }, () => undefined)
  const app = new App(info)
  app.get('/', { params: { key, user: Security(checked, ['a'] as never) } }, () => ({}))
  expect(app.openapi().paths['/']?.get?.responses[401]).toEqual({
    description: 'Not authenticated / Who are you? / Not you',
    headers: {
      'WWW-Authenticate': {
        description: 'The challenge of the scheme that refused.',
        schema: { type: 'string' },
        examples: {
          key: { value: 'APIKey' },
          plain: { value: 'Bearer realm="a"' },
          plain_2: { value: 'Bearer realm="b"' },
        },
      },
    },
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/HTTPError' },
        examples: {
          key: { value: { detail: 'Not authenticated' } },
          plain: { value: { detail: 'Who are you?' } },
          plain_2: { value: { detail: 'Not you' } },
        },
      },
    },
  })
  await expectValid(app.openapi())
})

test('two schemes of one name must look the same', () => {
  const app = new App(info)
  app.get('/a', { params: { user: new HTTPBearer({ schemeName: 'door' }) } }, () => ({}))
  app.get('/b', { params: { user: new HTTPBearer({ schemeName: 'door', autoError: false }) } }, () => ({}))
  expect(app.openapi().components?.securitySchemes).toEqual({ door: bearerModel })
  app.get('/c', { params: { user: new HTTPBasic({ schemeName: 'door' }) } }, () => ({}))
  expect(() => app.openapi()).toThrow(
    'GET /c and GET /a use two different schemes that are named door. Give one of them another name with the option schemeName, or use the same instance for both.',
  )
})

test('nothing puts itself over what is enforced', () => {
  const app = new App(info)
  const openapiExtra = Object.defineProperty({ 'x-a': 1 }, 'parameters', { value: [], enumerable: true })
  app.get('/', { params: { key, q: Query(z.string().optional()) }, openapiExtra }, () => ({}))
  expect(app.openapi().paths['/']?.get).toMatchObject({
    'x-a': 1,
    parameters: [{ name: 'q' }],
    security: [{ key: [] }],
  })
})

test('a scope that a dependency checks and no scheme below it declares is required of all below', async () => {
  const checkedKey = dependency({ key, required: SecurityScopes }, ({ key, required }) => required.require(key))
  const user = dependency({ token: oauth2, required: SecurityScopes }, ({ token, required }) => required.require(token))
  const app = new App()
  app.get('/or', { params: { user: Security(anyOf(user, checkedKey), ['me']) } }, () => 1)
  app.get(
    '/and',
    {
      params: {
        user: Security(
          dependency({ user, checkedKey }, () => 1),
          ['me'],
        ),
      },
    },
    () => 1,
  )
  const together = dependency({ token: oauth2, key, required: SecurityScopes }, () => 1)
  app.get('/one', { params: { user: Security(together, ['me']) } }, () => 1)
  const { paths } = app.openapi()
  expect(paths['/or']?.get?.security).toEqual([{ oauth2: ['me'] }, { key: ['me'] }])
  expect(paths['/and']?.get?.security).toEqual([{ oauth2: ['me'], key: ['me'] }])
  expect(paths['/one']?.get?.security).toEqual([{ oauth2: ['me'], key: [] }])
  const ask = async (key: string): Promise<number> =>
    (await app.request('/and', { headers: { authorization: 'Bearer me', 'x-key': key } })).status
  expect([await ask('me'), await ask('items')]).toEqual([200, 403])
})

test('an optional scheme at several places is there at all of them, or at none', () => {
  const maybe = new HTTPBearer({ autoError: false, scopes, verify: () => undefined })
  const app = new App()
  app.get('/', { params: { one: Security(maybe, ['me']), other: Security(maybe, ['items']) } }, () => 1)
  expect(app.openapi().paths['/']?.get?.security).toEqual([{ HTTPBearer: ['me', 'items'] }, {}])
})
