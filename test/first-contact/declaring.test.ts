/** Mistakes that are told when an app is declared: one row each, the whole message. */
import {
  App,
  anyOf,
  Body,
  cors,
  Depends,
  dependency,
  Form,
  HTTPException,
  Path,
  Query,
  Router,
  requestLog,
  Security,
  SecurityScopes,
} from 'sallyport'
import { JWT, JWTVerifier } from 'sallyport/jwt'
import { serve, toNodeHandler } from 'sallyport/node'
import { PasswordHash } from 'sallyport/password'
import { APIKeyHeader, HTTPBearer, OAuth2PasswordBearer } from 'sallyport/security'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'

/** What JavaScript lets one write, and the compiler does not. */
const wrong = (value: unknown): never => value as never
/** A record of options that holds what is wrong. */
const app = (): { readonly [Verb in 'get' | 'post' | 'use' | 'mount' | 'include']: (...given: unknown[]) => unknown } =>
  new App() as never

const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { items: 'Read items.', me: 'Read me.' } })
const getUser = dependency({ token: scheme, scopes: SecurityScopes }, ({ token }) => token)
const getUserCarelessly = dependency({ token: scheme }, ({ token }) => token)
class Database {}
const getDb = (): Database => new Database()
const handler = (): number => 1
const handMade = { '~standard': { version: 1, vendor: 'mine', validate: (value: unknown) => ({ value }) } }

const APP_OPTIONS =
  'title, version, summary, description, termsOfService, contact, license, externalDocs, servers, tags, rootPath, rootPathInServers, dependencies, closed, lifespan, openapiUrl, docsUrl, redocUrl, swaggerUIOAuth2RedirectUrl, swaggerUIParameters, swaggerUIInitOAuth, docs, redirectSlashes, limits, problemDetails, onError'
const OPERATION_OPTIONS =
  'params, response, status, dependencies, public, mediaType, tags, summary, description, operationId, deprecated, includeInSchema, responseDescription, responses, openapiExtra'

const mistakes: readonly (readonly [mistake: string, program: () => unknown, message: string])[] = [
  // Paths
  [
    'a name in the path is not declared',
    () => app().get('/items/{id}', { params: {} }, handler),
    'GET /items/{id}: the path names {id}, which is not declared. Add id: Path(schema) to params.',
  ],
  [
    'no params at all for a path with a name',
    () => app().get('/items/{id}', handler),
    'GET /items/{id}: the path names {id}, which is not declared. Add id: Path(schema) to params.',
  ],
  [
    'a name in the path is declared with Query()',
    () => app().get('/items/{id}', { params: { id: Query(z.int()) } }, handler),
    'GET /items/{id}: the path names {id}, which is declared with another place (query). Write id: Path(schema) in params.',
  ],
  [
    'Path() for a name that is not in the path',
    () => app().get('/items', { params: { id: Path(z.int()) } }, handler),
    'GET /items: id is declared with Path(), but the path has no {id}. Use Query(), or add it to the path.',
  ],
  [
    "Express's way to write a name",
    () => app().get('/items/:id', handler),
    'GET /items/:id: a name in a path stands in braces: /items/{id}.',
  ],
  ['no slash', () => app().get('items', handler), 'GET items: a path starts with a slash.'],
  [
    'a prefix that ends with a slash',
    () => new Router({ prefix: '/items/' }),
    'Router: a prefix starts with a slash and does not end with one, like /items.',
  ],
  [
    'one operation twice',
    () => {
      const twice = new App()
      twice.get('/items', handler)
      twice.get('/items', handler)
    },
    'GET /items is declared twice.',
  ],
  [
    'two paths that match the same',
    () => {
      const twice = new App()
      twice.get('/items/{id}', { params: { id: Path(z.int()) } }, handler)
      twice.get('/items/{name}', { params: { name: Path(z.string()) } }, handler)
    },
    'GET /items/{name} is declared twice: it matches the same as GET /items/{id}.',
  ],
  // Params
  [
    'a plain schema',
    () => app().get('/items', { params: { q: z.string() } }, handler),
    'GET /items: q is a schema. Say where it is read from: q: Query(schema), or Path(), Header(), Cookie(), Body(), Form().',
  ],
  [
    'a plain function as dependency',
    () => app().get('/items', { params: { db: getDb } }, handler),
    'GET /items: db is a function. Wrap it: db: dependency(getDb).',
  ],
  [
    'a class as dependency',
    () => app().get('/items', { params: { db: Database } }, handler),
    'GET /items: db is the class Database, not one of its objects. Write new Database(…), or dependency(() => new Database(…)).',
  ],
  [
    'a scheme without new',
    () => app().get('/items', { params: { token: HTTPBearer } }, handler),
    'GET /items: token is the class HTTPBearer, not one of its objects. Write new HTTPBearer(…), or dependency(() => new HTTPBearer(…)).',
  ],
  [
    'what an import in a ring left undefined',
    () => app().get('/items', { params: { user: undefined } }, handler),
    'GET /items: user is undefined. Declare it above this line; where it is imported, look whether the two modules import each other.',
  ],
  [
    'some object',
    () => app().get('/items', { params: { q: { type: 'string' } } }, handler),
    'GET /items: q is no declaration. Write Query(schema), Path(), Header(), Cookie(), Body() or Form(), a security scheme, or dependency(…).',
  ],
  [
    'a parameter beside params',
    () => app().get('/items', { q: Query(z.string()) }, handler),
    'GET /items: q is a parameter, and stands in params: { params: { q: … } }.',
  ],
  [
    'a place without a schema',
    () => Query(wrong('text')),
    'Query(): the first argument is a schema, for example Query(z.string()).',
  ],
  [
    'two bodies',
    () => app().post('/items', { params: { item: Body(z.object({})), user: Body(z.object({})) } }, handler),
    'POST /items declares two bodies: item and user. Give each the option { embed: true } to read both from one object, or make them one schema.',
  ],
  [
    'a body and a form',
    () => app().post('/items', { params: { item: Body(z.object({})), name: Form(z.string()) } }, handler),
    'POST /items declares two bodies: item is a Body() and name stands in a form.',
  ],
  [
    'Depends() of a plain function',
    () => Depends(wrong(getDb)),
    'Depends(): the first argument is a dependency or a security scheme. Wrap a function with dependency().',
  ],
  [
    'a list of dependencies that is none',
    () => new App({ dependencies: wrong(scheme) }),
    'App: dependencies is a list of dependencies and security schemes. Wrap a function with dependency().',
  ],
  // Schemas
  [
    'Valibot without @valibot/to-json-schema',
    () => app().get('/items', { params: { q: Query(wrong(v.string())) } }, handler),
    "GET /items: q: the valibot schema has no JSON Schema, so it cannot be documented. Wrap it with toStandardJsonSchema() of '@valibot/to-json-schema', or give the option { jsonSchema: { … } } beside it.",
  ],
  [
    'a Standard Schema made by hand',
    () => app().get('/items', { params: { q: Query(wrong(handMade)) } }, handler),
    'GET /items: q: the mine schema has no JSON Schema, so it cannot be documented. Use a schema that implements Standard JSON Schema, or give the option { jsonSchema: { … } } beside it.',
  ],
  [
    'z.date(), which JSON does not have',
    () => app().get('/items', { params: { since: Query(z.date()) } }, handler),
    'GET /items: since: the zod schema cannot be written as JSON Schema (Date cannot be represented in JSON Schema). Use one that JSON has a type for, such as z.iso.datetime(), or give the option { jsonSchema: { … } } beside it.',
  ],
  [
    'z.bigint()',
    () => app().post('/items', { params: { item: Body(z.object({ n: z.bigint() })) } }, handler),
    'POST /items: item: the zod schema cannot be written as JSON Schema (BigInt cannot be represented in JSON Schema). Use one that JSON has a type for, or give the option { jsonSchema: { … } } beside it.',
  ],
  [
    'a class as response schema',
    () => app().get('/items', { response: Database }, handler),
    'GET /items: response is a schema, for example z.object({ id: z.int() }).',
  ],
  // Options and handlers
  [
    'a misspelt option of the app',
    () => new App(wrong({ titel: 'Items' })),
    `App has no option titel. Did you mean title? It has ${APP_OPTIONS}.`,
  ],
  [
    'a misspelt option of an operation',
    () => app().get('/items', { reponse: z.string() }, handler),
    `GET /items has no option reponse. Did you mean response? It has ${OPERATION_OPTIONS}.`,
  ],
  [
    "FastAPI's name of an option",
    () => app().get('/items', { response_model: z.string() }, handler),
    `GET /items has no option response_model. Did you mean response? It has ${OPERATION_OPTIONS}.`,
  ],
  [
    'a misspelt option of a scheme',
    () => new OAuth2PasswordBearer(wrong({ tokenURL: 'token' })),
    'OAuth2PasswordBearer has no option tokenURL. Did you mean tokenUrl? It has tokenUrl, refreshUrl, scopes, schemeName, description, autoError, verify, realm, subjectClaim, scopeClaim, certificateBound, dpop.',
  ],
  [
    'a handler that was called',
    () => app().get('/items', {}, handler()),
    'GET /items: the last argument is the handler, a function that is not called yet: ({ id }) => ….',
  ],
  [
    "Express's handler",
    () => app().get('/items', (_req: unknown, res: { json(value: unknown): void }) => res.json(1)),
    'GET /items: a handler takes one argument, the values of its params: ({ id }) => …. There is no (req, res): return what is to be sent.',
  ],
  [
    'the handler before the options',
    () => app().get('/items', handler, {}),
    'GET /items: the second argument is a record of options; the handler comes after it.',
  ],
  [
    'a status that is text',
    () => app().post('/items', { status: '201' }, handler),
    'POST /items: status is a whole number from 200 to 599.',
  ],
  // Routers
  [
    'include() of itself',
    () => {
      const router = new Router()
      router.include(router)
    },
    'include(): a router cannot include itself.',
  ],
  [
    'include() of an app',
    () => app().include(new App()),
    'include(): the first argument is a Router. Use mount() for an app.',
  ],
  [
    'an operation after its router was included',
    () => {
      const router = new Router({ prefix: '/items' })
      new App().include(router)
      router.get('/{id}', { params: { id: Path(z.int()) } }, handler)
    },
    'GET /{id} is declared after its router was included (at /items). Declare all operations, then include the router.',
  ],
  [
    'the arguments of mount() the wrong way round',
    () => app().mount(new App(), '/api'),
    "mount(): a path is a text that starts with a slash, like '/items'.",
  ],
  // Security
  [
    'a misspelt scope',
    () => app().get('/items', { params: { user: Security(getUser, [wrong('itmes')]) } }, handler),
    'GET /items requires the scope itmes, which no scheme below declares. Did you mean items? Declared are: items, me.',
  ],
  [
    'a scope that nobody reads',
    () => app().get('/items', { params: { user: Security(getUserCarelessly, ['items']) } }, handler),
    'GET /items requires the scope items, but nothing on the way to OAuth2PasswordBearer reads SecurityScopes, so nobody would check it. Add { scopes: SecurityScopes } to the dependency that verifies the credentials, and call scopes.require(granted) there.',
  ],
  [
    'a scope that is no list',
    () => Security(getUser, wrong('items')),
    "Security(): scopes is a list, for example ['items'].",
  ],
  [
    'two schemes of one name',
    () => {
      const [a, b] = [new APIKeyHeader({ name: 'a' }), new APIKeyHeader({ name: 'b' })]
      app().get('/items', { params: { a, b } }, handler)
    },
    'GET /items: two different schemes are named APIKeyHeader. Give one of them another name with the option schemeName, or use the same instance for both.',
  ],
  [
    'an open operation in a closed app',
    () => new App({ closed: true }).get('/items', handler),
    'GET /items can be called by anybody, and the app is closed. Add a security dependency to its params, its router or the app, or say { public: true }.',
  ],
  [
    'a scheme without its URL',
    () => new OAuth2PasswordBearer(wrong({})),
    "OAuth2PasswordBearer: tokenUrl is required: a URL, absolute or relative to the API, for example 'token'.",
  ],
  [
    'a scheme that is given a text',
    () => new APIKeyHeader(wrong('x-api-key')),
    'APIKeyHeader: takes one object of options: name, verify, schemeName, description, autoError, scopes.',
  ],
  [
    'anyOf() of one',
    () => (anyOf as unknown as (...all: unknown[]) => unknown)(scheme),
    'anyOf(): takes two or more security schemes or dependencies.',
  ],
  [
    'cookies for every page of the web',
    () => cors({ allowOrigins: '*', allowCredentials: true }),
    "cors(): allowOrigins '*' and allowCredentials together would let every page act as your users. Name the origins.",
  ],
  [
    "another package's name for the origins",
    () => cors(wrong({ origin: 'https://example.com' })),
    'cors() has no option origin. Did you mean allowOrigins? It has allowOrigins, allowOriginRegex, allowMethods, allowHeaders, allowCredentials, exposeHeaders, maxAge.',
  ],
  // Tokens and passwords
  [
    'a secret that is short',
    () => new JWT({ secret: 'change-me', expiresIn: '30m' }),
    "secret: HS256 needs at least 32 bytes (RFC 7518 section 3.2); 'sallyport keygen HS256' makes one",
  ],
  [
    'an environment variable that is not set',
    () => new JWT({ secret: wrong(process.env.NO_SUCH_SECRET), expiresIn: '30m' }),
    "JWT: secret is undefined. Is its environment variable set? 'sallyport keygen HS256' makes one, and node --env-file=.env reads it",
  ],
  [
    'tokens that never expire',
    () => new JWT(wrong({ secret: 'a text of at least thirty-two bytes' })),
    "expiresIn: required, such as '30m'; a token that never expires cannot be taken back",
  ],
  [
    'an algorithm that is not of the key',
    () =>
      new JWTVerifier(
        wrong({ secret: 'a text of at least thirty-two bytes', algorithms: ['RS256'], issuer: 'a', audience: 'b' }),
      ),
    'algorithm: a secret is for HS256, HS384 or HS512, not for RS256',
  ],
  [
    'a list of hashers that is none',
    () => new PasswordHash(wrong({})),
    'PasswordHash needs a list whose first member can hash, such as [new Argon2idHasher()]. PasswordHash.recommended() has one',
  ],
  // The rest
  [
    'HTTPException without a status',
    () => new HTTPException(wrong('Not found')),
    'HTTPException: a status is a whole number from 200 to 599, not Not found.',
  ],
  [
    'a middleware that is none',
    () => app().use(new App()),
    'use(): a middleware is a function: async (request, next) => next(request).',
  ],
  [
    'a log without a function',
    () => requestLog({ write: wrong('stdout') }),
    'requestLog: write is a function, like (line) => logger.info(line).',
  ],
  [
    'a port from the environment, as text',
    () => serve(new App(), { port: wrong('8000') }),
    'serve: port is a whole number from 0 to 65535, not the text "8000". Write Number(…) around it.',
  ],
  [
    'a misspelt option of the server',
    () => serve(new App(), wrong({ hostName: '::1' })),
    'serve: there is no option hostName. Did you mean hostname? There are port, hostname, unix, signal, tls, headersTimeout, requestTimeout, keepAliveTimeout, writeTimeout, maxHeaderSize, maxHeadersCount, maxConnections, maxRequestsPerSocket, shutdownTimeout, installSignalHandlers, trustProxy, rootPath, onListen, onError.',
  ],
  [
    'serve() of nothing',
    () => serve(wrong(undefined)),
    'serve(): the first argument is an app: serve(app, { port: 8000 }). Is it the default export of its file?',
  ],
  [
    'serve() of a promise',
    () => serve(wrong(Promise.resolve(new App()))),
    'serve(): the first argument is an app: serve(app, { port: 8000 }). It is a Promise: await it.',
  ],
  [
    'a listener of a module',
    () => toNodeHandler(wrong({ default: new App() })),
    'toNodeHandler(): the first argument is an app: toNodeHandler(app). Is it the default export of its file?',
  ],
]

test.each(mistakes)('%s', async (_, program, message) => {
  let thrown: unknown
  try {
    await program()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(Error)
  expect((thrown as Error).message).toBe(message)
})

test('every mistake has a row of its own', () => {
  expect(new Set(mistakes.map(([name]) => name)).size).toBe(mistakes.length)
})
