import type { CookieOptions } from '../cookies.ts'
import type { CurrentResponse } from '../current-response.ts'
import { HTTPException } from '../exceptions.ts'
import { formatChallenge } from '../headers.ts'
import type { Incoming } from '../incoming.ts'
import type { RequiredScopes } from '../scopes.ts'
import { type BearerOptions, BearerScheme } from './bearer-scheme.ts'
import type { InvalidCredentials } from './credential-scheme.ts'
import { CsrfGuard, type CsrfOptions, isSafe } from './csrf.ts'
import { freezeScheme } from './freeze-scheme.ts'
import { assertToken, checkOptions } from './options.ts'
import { SCHEME_OPTIONS, type SchemeValue, type SecuritySchemeOptions } from './scheme.ts'
import type { StepUp } from './step-up.ts'
import type { Verified, Verifier } from './verifier.ts'

/** Options of {@link CookieToken}. */
export interface CookieTokenOptions<
  Scope extends string = never,
  AutoError extends boolean = true,
  Verify extends Verifier<string> = Verifier<string>,
> extends SecuritySchemeOptions<Scope, AutoError>,
    Pick<BearerOptions<Verify>, 'subjectClaim' | 'scopeClaim'> {
  /**
   * What checks the token: a `JWT` or another verifier of `sallyport/jwt`, or a function that gives a principal of your own, such as a
   * look-up of the session. There is no default: a cookie that nobody checks is `APIKeyCookie`.
   */
  readonly verify: Verify
  /**
   * The cookie's name, which begins with `__Host-`; `__Host-session`. Only this host can set such a cookie, over HTTPS and for all of
   * its paths: a sibling subdomain cannot.
   */
  readonly name?: string | undefined
  /** The defence against requests that other sites start; required, unless {@link dangerouslyOmitCsrf} says otherwise. */
  readonly csrf?: CsrfOptions | undefined
  /**
   * Whether links from other sites bring the cookie along: `Lax` does for GET, `Strict` never does; `Lax`. There is no `None`, which
   * would send it with everything.
   */
  readonly sameSite?: 'Lax' | 'Strict' | undefined
  /** Accepts any request that carries the cookie, whoever started it; false. */
  readonly dangerouslyOmitCsrf?: boolean | undefined
}

/** Options of {@link CookieToken.set}. */
export interface SetCookieTokenOptions {
  /** Seconds until the browser forgets the cookie; without it, when the browser closes. Not longer than the token itself is good. */
  readonly maxAge?: number | undefined
}

const OPTIONS = [
  'verify',
  'name',
  'csrf',
  'sameSite',
  'dangerouslyOmitCsrf',
  'subjectClaim',
  'scopeClaim',
  ...SCHEME_OPTIONS,
]
// RFC 6265 §4.1.1 cookie-octet, one or more.
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/
/** What browsers keep of a name and its value together, in bytes (draft-ietf-httpbis-rfc6265bis §5.6). */
const LARGEST = 4096

/**
 * A bearer or session token in a cookie that no script can read and no other host can set, with a defence against forged requests. It
 * gives the principal, and checks the required scopes.
 *
 * A browser sends cookies with requests that other sites start. So a request with an unsafe method (all but GET, HEAD, OPTIONS and
 * TRACE) must come from an allowed origin, and carry in `x-csrf-token` a token that is bound to the session: log the user in with
 * {@link set}, give the page {@link csrfToken}. GET operations must not change anything, and requests without the cookie (a login) are
 * not checked: see {@link assertOrigin}.
 *
 * @throws TypeError for a missing or unfit option. A request without the cookie is answered with 401 and the challenge `APIKey`; one
 * with several of its name, or whose token is refused, with 401 `Could not validate credentials`; an unsafe request that another site
 * may have started with 403, before the token is verified; a token that lacks a scope with 403 `Not enough permissions`.
 * @example
 * ```ts
 * import { App, Body, CurrentIncoming, CurrentResponse, HTTPException } from 'sallyport'
 * import { JWT } from 'sallyport/jwt'
 * import { CookieToken } from 'sallyport/security'
 * import { z } from 'zod'
 *
 * declare const checkPassword: (name: string, password: string) => Promise<boolean>
 * const tokens = new JWT({ secret: process.env.SECRET ?? '', expiresIn: '8h' })
 * const session = new CookieToken({
 *   verify: tokens,
 *   csrf: { secret: process.env.CSRF_SECRET ?? '', origin: 'https://app.example.com' },
 * })
 *
 * const app = new App()
 * const Login = Body(z.object({ name: z.string(), password: z.string() }))
 * const given = { login: Login, response: CurrentResponse, incoming: CurrentIncoming }
 * app.post('/login', { params: given }, async ({ login, response, incoming }) => {
 *   session.assertOrigin(incoming)
 *   if (!(await checkPassword(login.name, login.password))) throw new HTTPException(401, 'Incorrect name or password')
 *   const token = await tokens.sign({ sub: login.name })
 *   session.set(response, token, { maxAge: 8 * 3600 })
 *   return { csrfToken: await session.csrfToken(token) }
 * })
 * app.get('/csrf', { params: { caller: session, incoming: CurrentIncoming } }, async ({ incoming }) => ({
 *   csrfToken: await session.csrfToken(incoming),
 * }))
 * app.post('/logout', { params: { caller: session, response: CurrentResponse } }, ({ response }) => session.clear(response))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6265.html#section-8.2
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-20#section-4.1.3.2 (`__Host-`)
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-9.2.1
 */
export class CookieToken<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends Verifier<string> = Verifier<string>,
> extends BearerScheme<string, Scope, AutoError, Verify> {
  readonly #cookie: string
  readonly #guard: CsrfGuard | undefined
  readonly #attributes: CookieOptions

  constructor(options: CookieTokenOptions<Scope, AutoError, Verify>) {
    const where = 'CookieToken'
    const given = checkOptions(options, OPTIONS, where)
    const { name = '__Host-session', csrf, sameSite = 'Lax', dangerouslyOmitCsrf = false, ...rest } = given
    assertName(name)
    if (!Object.hasOwn(options, 'verify')) {
      throw new TypeError(
        `${where}: verify is required: a JWT of sallyport/jwt, or a function that looks the session up.`,
      )
    }
    if (sameSite !== 'Lax' && sameSite !== 'Strict') {
      throw new TypeError(
        `${where}: sameSite is 'Lax' or 'Strict'. For a front end of another site, take bearer tokens.`,
      )
    }
    if (typeof dangerouslyOmitCsrf !== 'boolean') throw new TypeError(`${where}: dangerouslyOmitCsrf is true or false.`)
    if ((csrf === undefined) !== dangerouslyOmitCsrf) {
      throw new TypeError(
        `${where}: csrf is required: { secret, origin }. Or say dangerouslyOmitCsrf: true, and never both.`,
      )
    }
    const guard = csrf === undefined ? undefined : new CsrfGuard(csrf, name, `${where}: csrf`)
    const description = [rest.description, requirementOf(guard)].filter((part) => part !== undefined).join('\n\n')
    super({ ...rest, ...(description === '' ? {} : { description }) }, { type: 'apiKey', in: 'cookie', name })
    this.#cookie = name
    this.#guard = guard
    this.#attributes = Object.freeze({ path: '/', secure: true, httpOnly: true, sameSite })
    if (new.target === CookieToken) freezeScheme(this)
  }

  /**
   * Reads the token.
   *
   * @throws HTTPException 401 for several cookies of the name, of which nobody knows who set which, and for what is no token.
   */
  override readCredentials(incoming: Incoming): string | undefined {
    const token = incoming.cookie(this.#cookie) // answers 400 to too many of them
    if (token === undefined) return undefined
    if (countOf(incoming.header('cookie') ?? '', this.#cookie) > 1) throw this.makeInvalidCredentialsError()
    if (token === '') return undefined
    if (!VALUE.test(token)) throw this.makeInvalidCredentialsError()
    return token
  }

  override authenticate(
    incoming: Incoming,
    scopes: RequiredScopes,
  ): SchemeValue<Verified<Verify>, AutoError> | Promise<SchemeValue<Verified<Verify>, AutoError>> {
    const guard = this.#guard
    if (guard === undefined || isSafe(incoming.method)) return super.authenticate(incoming, scopes)
    const token = this.readCredentials(incoming)
    if (token === undefined) return this.absent()
    // Before the token is verified: a forged request must not even count as a use of the session.
    guard.assertOrigin(incoming)
    return guard.assertToken(incoming, token).then(() => super.authenticate(incoming, scopes))
  }

  /**
   * Logs in: sets the cookie on an answer.
   *
   * @param response the answer in the making, which `CurrentResponse` gives.
   * @param token what `verify` will accept; in the characters of a cookie's value, as a JWT is.
   * @param options how long the browser keeps it.
   * @throws TypeError for a token that a cookie cannot hold, or that browsers would drop for its size, and for an unfit maxAge.
   */
  set(response: CurrentResponse, token: string, options: SetCookieTokenOptions = {}): void {
    const where = 'CookieToken: set()'
    const { maxAge } = checkOptions(options, ['maxAge'], where)
    assertValue(token, where)
    if (this.#cookie.length + token.length > LARGEST) {
      throw new TypeError(`${where}: name and token have more than ${LARGEST} bytes, and browsers drop such a cookie.`)
    }
    if (maxAge !== undefined && !(Number.isSafeInteger(maxAge) && maxAge > 0)) {
      throw new TypeError(`${where}: maxAge is a whole number of seconds above 0. To log out, use clear().`)
    }
    response.setCookie(this.#cookie, token, { ...this.#attributes, ...(maxAge === undefined ? {} : { maxAge }) })
  }

  /**
   * Logs out: makes the browser forget the cookie. A token that someone has copied stays good until it expires or is revoked.
   *
   * @param response the answer in the making, which `CurrentResponse` gives.
   */
  clear(response: CurrentResponse): void {
    response.deleteCookie(this.#cookie, this.#attributes)
  }

  /**
   * Makes a CSRF token, which a page of the app sends with unsafe requests in the header `x-csrf-token`. It is good as long as its
   * session; each call gives another one.
   *
   * Give it to the app's own pages: in the answer to a login, or to a GET that CORS lets no other origin read.
   *
   * @param session the session's token, or the request that brings it.
   * @throws HTTPException 401, by rejecting, for a request without the cookie; TypeError where no CSRF token is asked for.
   */
  async csrfToken(session: string | Incoming): Promise<string> {
    const token = typeof session === 'string' ? session : this.readCredentials(session)
    if (token === undefined) throw this.makeNotAuthenticatedError()
    assertValue(token, 'CookieToken: csrfToken()')
    if (this.#guard === undefined) throw new TypeError('CookieToken: csrfToken() needs the option csrf.')
    return this.#guard.tokenOf(token)
  }

  /**
   * Refuses a request that a page of another origin started: for operations that need no session yet, such as a login, which another
   * site could start with its own password.
   *
   * @throws CsrfError 403; TypeError where the option `csrf` was not given.
   */
  assertOrigin(incoming: Incoming): void {
    if (this.#guard === undefined) throw new TypeError('CookieToken: assertOrigin() needs the option csrf.')
    this.#guard.assertOrigin(incoming)
  }

  override makeInvalidCredentialsError({ cause }: InvalidCredentials = {}): HTTPException {
    const options = cause === undefined ? {} : { cause }
    return new HTTPException(401, 'Could not validate credentials', {
      headers: this.makeAuthenticateHeaders(),
      ...options,
    })
  }

  /** The answers to unsafe requests that another site may have started: 403, as the document shows them. */
  makeForgeryErrors(method: string): readonly HTTPException[] {
    return isSafe(method) ? [] : (this.#guard?.errors ?? [])
  }

  /** The answer to a user who has to authenticate again, or better: 401, with what RFC 9470 §3 says in a challenge that is no Bearer. */
  override makeStepUpError({ acrValues, maxAge }: StepUp): HTTPException {
    const challenge = formatChallenge('APIKey', {
      error: 'insufficient_user_authentication',
      acr_values: acrValues?.join(' '),
      max_age: maxAge === undefined ? undefined : String(maxAge),
    })
    const detail = 'More recent or stronger authentication is required'
    return new HTTPException(401, detail, { headers: { 'www-authenticate': challenge } })
  }
}

/** What the document says of the defence. */
function requirementOf(guard: CsrfGuard | undefined): string | undefined {
  if (guard === undefined) return undefined
  const token =
    guard.header === undefined ? '' : `, and the CSRF token of the session in the header \`${guard.header}\``
  return `Requests with other methods than GET, HEAD, OPTIONS and TRACE need \`Sec-Fetch-Site: same-origin\` or an allowed \`Origin\`${token}; otherwise they are answered with 403.`
}

function assertName(name: unknown): asserts name is string {
  assertToken(name, 'CookieToken: name')
  if (!/^__Host-./.test(name)) {
    throw new TypeError(
      'CookieToken: name begins with __Host-, so that no sibling subdomain can set the cookie. Browsers accept it on http://localhost, too.',
    )
  }
}

/** @throws TypeError which does not repeat the token. */
function assertValue(token: unknown, where: string): asserts token is string {
  if (typeof token !== 'string' || !VALUE.test(token)) {
    throw new TypeError(
      `${where}: the token is a text in the characters of a cookie's value, and not empty (RFC 6265 §4.1.1).`,
    )
  }
}

/** How many cookies of a name a `Cookie` header has; those with an empty value, too. */
function countOf(header: string, name: string): number {
  let count = 0
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals !== -1 && pair.slice(0, equals).trim() === name) count++
  }
  return count
}
