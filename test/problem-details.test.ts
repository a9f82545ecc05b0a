/** Problem Details, RFC 9457: whole answers for every kind of refusal, and the document that says so. */
import { App, type AppOptions, Body, cors, HTTPException, Path, Query, RequestValidationError, Secret } from 'sallyport'
import { HTTPBearer, OAuth2PasswordBearer } from 'sallyport/security'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

const PROBLEM = 'application/problem+json'

/** Status, content type, the headers named, and the body. */
async function told(app: App, path: string, init?: RequestInit, ...names: string[]) {
  const response = await app.request(path, init)
  const headers = Object.fromEntries(names.map((name) => [name, response.headers.get(name)]))
  const body: unknown = await response.json()
  return { status: response.status, type: response.headers.get('content-type'), headers, body }
}

const problem = (status: number, title: string, code: string, more: object = {}, headers: object = {}) => ({
  status,
  type: PROBLEM,
  headers,
  body: { type: 'about:blank', title, status, code, ...more },
})

function items(options: AppOptions = {}): App {
  const app = new App({ problemDetails: true, ...options })
  const scheme = new OAuth2PasswordBearer({
    tokenUrl: 'token',
    scopes: { items: 'Items.' },
    verify: () => ({ subject: 'john', scopes: [], claims: {} }) as never,
  })
  app.get('/token', () => 1)
  app.get('/me', { params: { token: new HTTPBearer() } }, () => 1)
  app.get('/scoped', { params: { user: scheme } }, () => 1)
  app.post(
    '/items/{id}',
    {
      params: {
        id: Path(z.int()),
        tags: Query(z.array(z.int()).optional()),
        body: Body(z.object({ age: z.int().positive(), 'a/b~c d': z.object({ colors: z.array(z.string()) }) })),
      },
    },
    () => 1,
  )
  return app
}

const json = (body: string, type = 'application/json') => ({ method: 'POST', headers: { 'content-type': type }, body })

describe('refusals of ours', () => {
  test('401: the challenge stays, its error code is the code', async () => {
    const app = items()
    expect(await told(app, '/me', {}, 'www-authenticate')).toEqual(
      problem(401, 'Unauthorized', 'unauthorized', { detail: 'Not authenticated' }, { 'www-authenticate': 'Bearer' }),
    )
    app.get('/expired', () => {
      const headers = { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="The token has expired"' }
      throw new HTTPException(401, 'Could not validate credentials', { headers })
    })
    expect((await told(app, '/expired')).body).toEqual(
      problem(401, 'Unauthorized', 'invalid_token', { detail: 'Could not validate credentials' }).body,
    )
  })

  test('404, 405 with Allow, 413, 415', async () => {
    const app = items({ limits: { body: 10 } })
    expect(await told(app, '/nope')).toEqual(problem(404, 'Not Found', 'not_found', { detail: 'Not Found' }))
    expect(await told(app, '/items/7', {}, 'allow')).toEqual(
      problem(405, 'Method Not Allowed', 'method_not_allowed', { detail: 'Method Not Allowed' }, { allow: 'POST' }),
    )
    expect(await told(app, '/items/7', json('{"age": 1, "more": 2}'), 'connection')).toEqual(
      problem(
        413,
        'Content Too Large',
        'content_too_large',
        { detail: 'The body is larger than 10 bytes' },
        { connection: 'close' },
      ),
    )
    expect(await told(app, '/items/7', json('a', 'text/plain'))).toMatchObject({
      status: 415,
      type: PROBLEM,
      body: { type: 'about:blank', title: 'Unsupported Media Type', status: 415, code: 'unsupported_media_type' },
    })
  })

  test('422: every item, with a JSON pointer into the body as in RFC 9457 §3', async () => {
    const body = JSON.stringify({ age: -1, 'a/b~c d': { colors: ['red', 7] } })
    expect(await told(items(), '/items/x?tags=1&tags=two', json(body))).toEqual(
      problem(422, 'Unprocessable Content', 'validation_error', {
        detail: 'The request does not fit its declaration',
        errors: [
          { detail: expect.any(String), code: 'invalid_type', in: 'path', parameter: 'id' },
          { detail: expect.any(String), code: 'invalid_type', in: 'query', parameter: 'tags', pointer: '#/1' },
          { detail: expect.any(String), code: 'too_small', in: 'body', pointer: '#/age' },
          { detail: expect.any(String), code: 'invalid_type', in: 'body', pointer: '#/a~1b~0c%20d/colors/1' },
        ],
      }),
    )
    expect((await told(items(), '/items/7', json('{'))).body).toMatchObject({
      errors: [{ code: 'json_invalid', in: 'body' }],
    })
  })

  test('500: nothing of what happened', async () => {
    const onError = vi.fn()
    const app = items({ onError })
    app.get('/boom', () => {
      throw Object.assign(new Error('hunter2'), { status: 404, code: 'hunter2', detail: 'hunter2' })
    })
    expect(await told(app, '/boom')).toEqual(problem(500, 'Internal Server Error', 'internal_server_error'))
    expect(onError).toHaveBeenCalledOnce()
  })
})

describe('an HTTPException', () => {
  const thrown = (detail: unknown, status = 409, headers: Record<string, string> = {}) => {
    const onError = vi.fn()
    const app = new App({ problemDetails: true, onError })
    app.get('/x', () => {
      throw new HTTPException(status, detail, { headers })
    })
    return { app, onError }
  }

  test.each([
    ['text', 'Taken', { detail: 'Taken' }],
    ['a number', 7, { detail: '7' }],
    ['null', null, {}],
    ['a list', [{ field: 'a' }], { errors: [{ field: 'a' }] }],
    ['an object', { balance: 30, accounts: ['/1'] }, { balance: 30, accounts: ['/1'] }],
    [
      'an object with standard members',
      {
        type: 'https://example.com/probs/out-of-credit',
        title: 'You do not have enough credit.',
        detail: 'Your current balance is 30, but that costs 50.',
        instance: '/account/12345/msgs/abc',
        code: 'out_of_credit',
        balance: 30,
      },
      {
        type: 'https://example.com/probs/out-of-credit',
        title: 'You do not have enough credit.',
        detail: 'Your current balance is 30, but that costs 50.',
        instance: '/account/12345/msgs/abc',
        code: 'out_of_credit',
        balance: 30,
      },
    ],
    [
      'an object that takes standard names for something else',
      { status: 200, type: 'two words', title: 7, detail: { a: 1 }, instance: null, code: [], fine: true },
      { fine: true },
    ],
  ])('%s', async (_, detail, more) => {
    expect(await told(thrown(detail).app, '/x')).toEqual(problem(409, 'Conflict', 'conflict', more))
  })

  test('__proto__ is a member like any other', async () => {
    const { app } = thrown(JSON.parse('{"__proto__": {"status": 200}}'))
    expect(await (await app.request('/x')).text()).toBe(
      '{"type":"about:blank","title":"Conflict","status":409,"code":"conflict","__proto__":{"status":200}}',
    )
  })

  test('a content type of its own stays; a status that is no error is no problem', async () => {
    const own = await told(thrown('x', 409, { 'Content-Type': 'application/vnd.example+json' }).app, '/x')
    expect(own.type).toBe('application/vnd.example+json')
    expect(await told(thrown('later', 202).app, '/x')).toEqual({
      status: 202,
      type: 'application/json',
      headers: {},
      body: { detail: 'later' },
    })
  })

  test.each([
    ['a BigInt', { n: 1n }],
    ['a Secret', { s: new Secret('hunter2') }],
  ])('what is no JSON (%s) is left out, and reported', async (_, detail) => {
    const { app, onError } = thrown(detail)
    expect(await told(app, '/x')).toEqual(problem(409, 'Conflict', 'conflict', { detail: 'Conflict' }))
    expect(onError).toHaveBeenCalledOnce()
  })

  test('a status without a phrase', async () => {
    expect((await told(thrown('x', 499).app, '/x')).body).toEqual({
      type: 'about:blank',
      title: '499',
      status: 499,
      detail: 'x',
      code: 'status_499',
    })
  })
})

describe('options', () => {
  test('types by code and by status, with titles; instance', async () => {
    const app = items({
      problemDetails: {
        types: {
          404: '/problems/404',
          422: '/problems/422',
          validation_error: { type: 'https://example.com/problems/invalid', title: 'Your request is not valid.' },
        },
        instance: (incoming) => (incoming.path === '/nope' ? 'urn:uuid:1' : 'not a URI'),
      },
    })
    expect((await told(app, '/nope')).body).toMatchObject({
      type: '/problems/404',
      title: 'Not Found',
      instance: 'urn:uuid:1',
    })
    const { body } = await told(app, '/items/7', json('{}'))
    expect(body).toMatchObject({ type: 'https://example.com/problems/invalid', title: 'Your request is not valid.' })
    expect(body).not.toHaveProperty('instance')
  })

  test('an instance function that fails is reported', async () => {
    const onError = vi.fn()
    const fail = (): never => {
      throw new Error('no id')
    }
    const app = new App({ problemDetails: { instance: fail }, onError })
    expect((await told(app, '/nope')).status).toBe(404)
    expect(onError).toHaveBeenCalledOnce()
  })

  test.each([
    ['yes', 'App: problemDetails is true, or a record with types and instance.'],
    [{ type: 'x' }, 'App: problemDetails has no option type. Did you mean types? It has types, instance.'],
    [{ instance: 'x' }, "App: problemDetails: instance is a function, like (incoming) => 'urn:uuid:' + id."],
    [{ types: [] }, "App: problemDetails: types is a record, like { 404: 'https://example.com/problems/404' }."],
    [
      { types: { 404: 'not found' } },
      "App: problemDetails: types: 404 is a URI, like 'https://example.com/problems/404'.",
    ],
    [{ types: { 404: { type: '/x' } } }, 'App: problemDetails: types: 404 has a title, a text: { type, title }.'],
  ])('%j is refused', (problemDetails, message) => {
    expect(() => new App({ problemDetails } as never)).toThrow(new TypeError(message))
  })

  test('false, and nothing, are the form that FastAPI has', async () => {
    for (const app of [new App(), new App({ problemDetails: false })])
      expect(await told(app, '/nope')).toMatchObject({ type: 'application/json', body: { detail: 'Not Found' } })
  })
})

test("the app's own handlers win, and what they throw is a problem", async () => {
  const app = items()
  app.exceptionHandler(404, () => Response.json({ mine: true }, { status: 404 }))
  app.exceptionHandler(RequestValidationError, (error) => {
    throw new HTTPException(400, { code: 'bad', count: error.issues.length })
  })
  expect(await told(app, '/nope')).toMatchObject({ type: 'application/json', body: { mine: true } })
  expect((await told(app, '/items/7', json('{}'))).body).toEqual(problem(400, 'Bad Request', 'bad', { count: 2 }).body)
})

test('middleware passes problems on', async () => {
  const app = items().use(cors({ allowOrigins: ['https://example.com'] }))
  const init = { headers: { origin: 'https://example.com' } }
  expect(await told(app, '/nope', init, 'access-control-allow-origin')).toMatchObject({
    type: PROBLEM,
    headers: { 'access-control-allow-origin': 'https://example.com' },
  })
})

describe('the document', () => {
  test('shows the bodies as they are sent, of the same source', async () => {
    const app = items({ problemDetails: { types: { 401: '/problems/401' } } })
    const document = app.openapi()
    const shown = document.paths['/me']?.get?.responses['401']?.content
    expect(shown).toEqual({
      [PROBLEM]: {
        schema: { $ref: '#/components/schemas/ProblemDetails' },
        example: (await told(app, '/me')).body,
      },
    })
    expect(document.paths['/scoped']?.get?.responses['401']?.content).toHaveProperty([PROBLEM, 'schema'])
    expect(document.paths['/items/{id}']?.post?.responses['422']).toEqual({
      description: 'Validation Error',
      content: { [PROBLEM]: { schema: { $ref: '#/components/schemas/ValidationProblem' } } },
    })
    expect(
      Object.keys(document.components?.schemas ?? {}).filter((name) => /HTTP|^ValidationError/.test(name)),
    ).toEqual([])
    expect(document.components?.schemas).toMatchObject({
      ProblemDetails: { required: ['type', 'title', 'status', 'code'] },
      ValidationProblem: { allOf: [{ $ref: '#/components/schemas/ProblemDetails' }], required: ['errors'] },
      ProblemError: { required: ['detail', 'code'] },
    })
  })

  test('what is sent fits what it says', async () => {
    const { Ajv2020 } = await import('ajv/dist/2020.js')
    const app = items()
    const { components } = app.openapi()
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema({ $id: 'doc', components } as object)
    const body = (await told(app, '/items/x', json('{"age": -1}'))).body
    expect(ajv.validate({ $ref: 'doc#/components/schemas/ValidationProblem' }, body)).toBe(true)
    expect(
      ajv.validate({ $ref: 'doc#/components/schemas/ValidationProblem' }, { ...(body as object), errors: 1 }),
    ).toBe(false)
    for (const path of ['/me', '/nope']) {
      const { body: small } = await told(app, path)
      expect(ajv.validate({ $ref: 'doc#/components/schemas/ProblemDetails' }, small)).toBe(true)
    }
  })
})
