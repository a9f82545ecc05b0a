import { isOrigin, isToken } from './headers.ts'
import type { Middleware } from './middleware.ts'
import { assertOptions } from './params.ts'

/** Options of {@link cors}. */
export interface CorsOptions {
  /** Origins that may read answers, like `https://app.example.com`; or `'*'` for all, which excludes credentials. None by default. */
  readonly allowOrigins?: readonly string[] | '*'
  /** A pattern of whole origins, beside the list. */
  readonly allowOriginRegex?: RegExp
  /** Methods of preflighted requests; GET. */
  readonly allowMethods?: readonly string[] | '*'
  /** Headers that requests may bring, beside the safelisted ones; `'*'` takes what is asked for. `authorization` is never part of `'*'` in browsers, so it must be named or asked for. */
  readonly allowHeaders?: readonly string[] | '*'
  /** Whether cookies and HTTP authentication may come with a request; false. */
  readonly allowCredentials?: boolean
  /** Headers of answers that scripts may read. */
  readonly exposeHeaders?: readonly string[]
  /** Seconds for which a browser keeps a preflight's answer; 600. */
  readonly maxAge?: number
}

const KNOWN = [
  'allowOrigins',
  'allowOriginRegex',
  'allowMethods',
  'allowHeaders',
  'allowCredentials',
  'exposeHeaders',
  'maxAge',
]

/**
 * Lets pages of other origins read answers (CORS).
 *
 * An origin that is not allowed gets no CORS headers, and its preflight 400: the browser then keeps the answer from the page.
 * Answers that depend on the origin say `Vary: Origin`, allowed or not, so that no cache mixes them.
 *
 * @throws TypeError for an unknown option, an origin that is none, and all origins together with credentials.
 * @example
 * ```ts
 * import { App, cors } from 'sallyport'
 *
 * const app = new App()
 * app.use(cors({ allowOrigins: ['https://app.example.com'], allowMethods: ['GET', 'POST'], allowHeaders: ['authorization'] }))
 * ```
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function cors(options: CorsOptions = {}): Middleware {
  assertOptions(options, KNOWN, 'cors()')
  const { allowOrigins = [], allowOriginRegex, allowMethods = ['GET'], allowHeaders = [], exposeHeaders = [] } = options
  const { allowCredentials = false, maxAge = 600 } = options
  if (allowOrigins === '*' && allowCredentials) {
    throw new TypeError(
      "cors(): allowOrigins '*' and allowCredentials together would let every page act as your users. Name the origins.",
    )
  }
  if (allowOrigins !== '*') for (const origin of listOf(allowOrigins, 'allowOrigins')) assertOrigin(origin)
  if (allowOriginRegex !== undefined && !(allowOriginRegex instanceof RegExp))
    throw new TypeError('cors(): allowOriginRegex is a RegExp of whole origins.')
  for (const method of allowMethods === '*' ? [] : listOf(allowMethods, 'allowMethods')) {
    if (!isToken(method) || method !== method.toUpperCase())
      throw new TypeError('cors(): allowMethods holds methods in capitals, like PATCH.')
  }
  for (const name of [...(allowHeaders === '*' ? [] : listOf(allowHeaders, 'allowHeaders')), ...exposeHeaders]) {
    if (!isToken(name))
      throw new TypeError('cors(): allowHeaders and exposeHeaders hold names of headers (RFC 9110 §5.1).')
  }
  if (!Number.isSafeInteger(maxAge) || maxAge < 0)
    throw new TypeError('cors(): maxAge is a whole number of seconds, 0 or more.')
  const origins = new Set(allowOrigins === '*' ? [] : allowOrigins)
  // A pattern that is not anchored would take https://app.example.com.evil.net.
  const pattern =
    allowOriginRegex && new RegExp(`^(?:${allowOriginRegex.source})$`, allowOriginRegex.flags.replace(/[gy]/g, ''))
  // `null` is every sandboxed page's, whatever a pattern says.
  const isAllowed = (origin: string): boolean =>
    allowOrigins === '*' || (origin !== 'null' && (origins.has(origin) || pattern?.test(origin) === true))
  const fixed = allowOrigins === '*'
  const methods = allowMethods === '*' ? ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] : allowMethods

  const allow = (headers: Headers, origin: string): void => {
    headers.set('access-control-allow-origin', fixed ? '*' : origin)
    if (allowCredentials) headers.set('access-control-allow-credentials', 'true')
  }

  const preflight = (request: Request, origin: string): Response => {
    const headers = new Headers({ vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' })
    const method = request.headers.get('access-control-request-method') ?? ''
    const asked = (request.headers.get('access-control-request-headers') ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
    const wanted = asked.filter((name) => name !== '')
    const allowed = allowHeaders === '*' ? wanted : allowHeaders.map((name) => name.toLowerCase())
    const refused = !isAllowed(origin)
      ? 'origin'
      : !methods.includes(method)
        ? 'method'
        : wanted.some((name) => !allowed.includes(name) && !SAFELISTED.has(name))
          ? 'headers'
          : undefined
    if (refused) return new Response(`Disallowed CORS ${refused}`, { status: 400, headers })
    allow(headers, origin)
    headers.set('access-control-allow-methods', methods.join(', '))
    if (allowed.length) headers.set('access-control-allow-headers', allowed.join(', '))
    headers.set('access-control-max-age', String(maxAge))
    return new Response(null, { status: 204, headers })
  }

  return async (request, next) => {
    const origin = request.headers.get('origin')
    if (origin !== null && request.method === 'OPTIONS' && request.headers.has('access-control-request-method')) {
      return preflight(request, origin)
    }
    const response = await next(request)
    const answer = new Response(response.body, response)
    if (!fixed) answer.headers.append('vary', 'Origin')
    if (origin === null || !isAllowed(origin)) return answer
    allow(answer.headers, origin)
    if (exposeHeaders.length) answer.headers.set('access-control-expose-headers', exposeHeaders.join(', '))
    return answer
  }
}

// https://fetch.spec.whatwg.org/#cors-safelisted-request-header
const SAFELISTED: ReadonlySet<string> = new Set(['accept', 'accept-language', 'content-language', 'content-type'])

function listOf(value: readonly string[], option: string): readonly string[] {
  if (Array.isArray(value)) return value
  throw new TypeError(`cors(): ${option} is a list, or '*' for all.`)
}

function assertOrigin(origin: string): void {
  if (origin === 'null') throw new TypeError("cors(): the origin null is every sandboxed page's. It cannot be allowed.")
  if (!isOrigin(origin)) {
    throw new TypeError(
      `cors(): ${origin} is no origin. An origin is scheme and host without a path, like https://app.example.com.`,
    )
  }
}
