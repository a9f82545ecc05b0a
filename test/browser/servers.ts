/** The servers that the browser tests of the docs pages talk to, all on loopback. */
import { createHash } from 'node:crypto'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type DocsRoutesOptions, docsRoutes, documentOrigins } from '../../src/docs/index.ts'
import type { OpenAPIObject, SecurityRequirementObject, SecuritySchemeObject } from '../../src/openapi/types.ts'

type Listener = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** A server on a free port of loopback. */
export interface TestServer extends AsyncDisposable {
  readonly origin: string
}

async function listen(listener: Listener): Promise<TestServer> {
  const server = createServer((request, response) => {
    Promise.resolve(listener(request, response)).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** What a test may change of the API. */
export interface ApiOptions extends DocsRoutesOptions {
  servers?: OpenAPIObject['servers']
  /** Where the whole API is mounted, '' by default: its own paths, and those of its docs, count from there. */
  mountedAt?: string
  tokenUrl?: string
  /** The authorization server's origin. */
  authorization?: string
}

/** Who may log in. */
const passwords: ReadonlyMap<string, string> = new Map([
  ['johndoe', 'secret'],
  ['alice', 'secret2'],
])

/** An API with one protected operation for each kind of scheme, its document and its docs pages. */
export async function startApi(options: ApiOptions = {}): Promise<TestServer & { document: OpenAPIObject }> {
  const document = makeDocument(options)
  const mount = options.mountedAt ?? ''
  const routes = new Map(
    docsRoutes({
      ...options,
      title: options.title ?? document.info.title,
      connectOrigins: () => documentOrigins(document),
    }).map(({ path, handler }) => [mount + path, handler]),
  )
  const server = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const handler = request.method === 'GET' ? routes.get(url.pathname) : undefined
    if (handler !== undefined) {
      const { headers } = request
      const answer = await handler({
        acceptEncoding: headers['accept-encoding']?.toString(),
        ifNoneMatch: headers['if-none-match'],
      })
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      response.end(Buffer.from(await answer.arrayBuffer()))
    } else if (url.pathname === mount + (options.openapiUrl ?? '/openapi.json')) json(response, 200, document)
    else await operate(request, response, url, mount)
  })
  return Object.assign(server, { document })
}

async function operate(request: IncomingMessage, response: ServerResponse, url: URL, mount: string): Promise<void> {
  const path = url.pathname.startsWith(mount) ? url.pathname.slice(mount.length) : ''
  const authorization = request.headers.authorization ?? ''
  const cookies = new Map((request.headers.cookie ?? '').split('; ').map((pair) => pair.split('=') as [string, string]))
  const refuse = (challenge: string): void => {
    json(response, 401, { detail: 'Not authenticated' }, { 'www-authenticate': challenge })
  }
  const key = new Map<string, string | null | undefined>([
    ['/key/header', request.headers['x-api-key']?.toString()],
    ['/key/query', url.searchParams.get('api_key')],
    ['/key/cookie', cookies.get('session')],
  ])

  if (path === '/token' && request.method === 'POST') {
    const form = new URLSearchParams(await text(request))
    const username = form.get('username') ?? ''
    if (form.get('grant_type') !== 'password' || passwords.get(username) !== form.get('password')) {
      json(response, 400, { error: 'invalid_grant', error_description: 'Incorrect username or password' })
    } else json(response, 200, { access_token: `token-of-${username}`, token_type: 'bearer' })
  } else if (path === '/picture') {
    const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.from(pixel, 'base64'))
  } else if (path === '/public') json(response, 200, { message: 'Hello World' })
  else if (path === '/users/me' || path === '/code') {
    const user = /^bearer token-of-(\w+)$/i.exec(authorization)?.[1]
    if (user === undefined) refuse('Bearer')
    else if (user === 'alice') json(response, 400, { detail: 'Inactive user' })
    else json(response, 200, { username: user })
  } else if (path === '/basic') {
    const [, credentials = ''] = /^basic (.+)$/i.exec(authorization) ?? []
    if (Buffer.from(credentials, 'base64').toString() === 'johndoe:secret') json(response, 200, { username: 'johndoe' })
    else refuse('Basic')
  } else if (path === '/bearer') {
    if (authorization === 'Bearer a-bearer-token') json(response, 200, { token: 'right' })
    else refuse('Bearer')
  } else if (key.has(path)) {
    if (key.get(path) === 'a-key') json(response, 200, { key: 'right' })
    else refuse('APIKey')
  } else json(response, 404, { detail: 'Not Found' })
}

function makeDocument(options: ApiOptions): OpenAPIObject {
  const scopes = { me: 'Read information about the current user.', items: 'Read items.' }
  const { authorization = 'https://login.example.com', tokenUrl = 'token' } = options
  const securitySchemes: Record<string, SecuritySchemeObject> = {
    OAuth2PasswordBearer: { type: 'oauth2', flows: { password: { tokenUrl, scopes } } },
    OAuth2AuthorizationCodeBearer: {
      type: 'oauth2',
      flows: {
        authorizationCode: {
          authorizationUrl: `${authorization}/authorize`,
          tokenUrl: `${authorization}/token`,
          scopes,
        },
      },
    },
    HTTPBasic: { type: 'http', scheme: 'basic' },
    HTTPBearer: { type: 'http', scheme: 'bearer' },
    APIKeyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    APIKeyQuery: { type: 'apiKey', in: 'query', name: 'api_key' },
    APIKeyCookie: { type: 'apiKey', in: 'cookie', name: 'session' },
  }
  const operations: [path: string, security?: SecurityRequirementObject[]][] = [
    ['/public'],
    ['/picture'],
    ['/users/me', [{ OAuth2PasswordBearer: ['me'] }]],
    ['/code', [{ OAuth2AuthorizationCodeBearer: ['me'] }]],
    ['/basic', [{ HTTPBasic: [] }]],
    ['/bearer', [{ HTTPBearer: [] }]],
    ['/key/header', [{ APIKeyHeader: [] }]],
    ['/key/query', [{ APIKeyQuery: [] }]],
    ['/key/cookie', [{ APIKeyCookie: [] }]],
  ]
  const answer = { description: 'Successful Response', content: { 'application/json': { schema: {} } } }
  const paths: OpenAPIObject['paths'] = Object.fromEntries(
    operations.map(([path, security]) => [
      path,
      {
        get: {
          summary: `Read ${path}`,
          operationId: idOf(path),
          responses: { 200: answer },
          ...(security === undefined ? {} : { security }),
        },
      },
    ]),
  )
  paths['/token'] = { post: { summary: 'Login', operationId: 'login', responses: { 200: answer } } }
  return {
    openapi: '3.1.0',
    info: { title: options.title ?? 'Accounts', version: '0.1.0' },
    ...(options.servers === undefined ? {} : { servers: options.servers }),
    paths,
    components: { securitySchemes },
  }
}

/** The operationId of a path of the API. */
export function idOf(path: string): string {
  return `get${path.replaceAll('/', '_')}`
}

/** A proxy that takes away a prefix, as `location /prefix/ { proxy_pass http://upstream/; }` does in nginx. */
export function startStrippingProxy(prefix: string, upstream: string): Promise<TestServer> {
  return listen(async (request, response) => {
    if (!request.url?.startsWith(`${prefix}/`)) {
      response.writeHead(404).end()
      return
    }
    const { method = 'GET', headers } = request
    const forward = httpRequest(upstream + request.url.slice(prefix.length), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(forward)
  })
}

/** What the authorization server does besides the right thing. */
export interface AuthorizationOptions {
  /** Isolates its window from the one that opened it. */
  isolate?: boolean
  /** Answers with this instead of a code. */
  error?: string
  /** Answers with another state than it was given. */
  state?: string
}

/** An authorization server with the code flow and PKCE (RFC 7636), which gives johndoe's token without asking. */
export async function startAuthorizationServer(
  options: AuthorizationOptions = {},
): Promise<TestServer & { readonly challenges: string[]; readonly states: string[] }> {
  const issued = new Map<string, URLSearchParams>()
  const [challenges, states]: [string[], string[]] = [[], []]
  const server = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const query = url.searchParams
    if (url.pathname === '/authorize') {
      const redirect = new URL(query.get('redirect_uri') ?? '')
      challenges.push(query.get('code_challenge') ?? '')
      states.push(query.get('state') ?? '')
      redirect.searchParams.set('state', options.state ?? query.get('state') ?? '')
      if (options.error !== undefined) {
        redirect.searchParams.set('error', options.error)
        redirect.searchParams.set('error_description', 'Not today')
      } else {
        const code = `code&${issued.size}=/+ é`
        issued.set(code, query)
        redirect.searchParams.set('code', code)
      }
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        ...(options.isolate ? { 'cross-origin-opener-policy': 'same-origin' } : {}),
      })
      const target = redirect.href.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
      response.end(`<!doctype html><title>Log in</title><link rel="icon" href="data:,"><a href="${target}">Allow</a>`)
    } else if (url.pathname === '/token') {
      const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'x-requested-with' }
      if (request.method === 'OPTIONS') {
        response.writeHead(204, cors).end()
        return
      }
      const form = new URLSearchParams(await text(request))
      const asked = issued.get(form.get('code') ?? '')
      issued.delete(form.get('code') ?? '')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      const isRight =
        asked?.get('code_challenge_method') === 'S256' &&
        asked.get('code_challenge') === challenge &&
        asked.get('redirect_uri') === form.get('redirect_uri') &&
        asked.get('client_id') === form.get('client_id')
      if (isRight) json(response, 200, { access_token: 'token-of-johndoe', token_type: 'Bearer' }, cors)
      else json(response, 400, { error: 'invalid_grant' }, cors)
    } else response.writeHead(404).end()
  })
  return Object.assign(server, { challenges, states })
}

function json(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}
