import { isAwaitable } from '../jwt/awaitable.ts'
import { keepConfirmation } from '../jwt/confirmation.ts'
import { type Duration, toSeconds } from '../jwt/duration.ts'
import {
  InvalidClaimError,
  TokenExpiredError,
  TokenNotYetValidError,
  WrongAudienceError,
  WrongIssuerError,
  WrongTypeError,
} from '../jwt/errors.ts'
import { deepFreeze, type JSONObject, own } from '../jwt/json.ts'
import { textList, wholeNumber } from '../jwt/options.ts'
import { IN_WORKERS } from '../jwt/runtime.ts'
import type { ClaimsSchema, SchemaResult } from '../jwt/standard-schema.ts'
import { TokenCache } from '../jwt/token-cache.ts'
import { isSchema } from '../schema.ts'
import type { ClientAuthentication } from './client-authentication.ts'
import { IntrospectionUnavailableError, InvalidTokenError, TokenInactiveError } from './errors.ts'
import { endpointOf, type FetchJSONLimits, fetchJSON } from './fetch-json.ts'
import { checkOptions } from './options.ts'

/**
 * What an authorization server says of an active token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7662.html#section-2.2
 */
export interface IntrospectionClaims {
  readonly active: true
  /** The granted scopes, parted by spaces. */
  readonly scope?: string
  /** The client that the token was issued to. */
  readonly client_id?: string
  /** A name for people to read; {@link IntrospectionClaims.sub} is the one to compare. */
  readonly username?: string
  readonly token_type?: string
  /** Seconds since the epoch. */
  readonly exp?: number
  readonly iat?: number
  readonly nbf?: number
  /** Whom the token is about. */
  readonly sub?: string
  readonly aud?: string | readonly string[]
  readonly iss?: string
  readonly jti?: string
  readonly [claim: string]: unknown
}

/** Options of {@link TokenIntrospection}. */
export interface TokenIntrospectionOptions<Claims = IntrospectionClaims> {
  /** The introspection endpoint: an absolute https address. */
  readonly endpoint: string | URL
  /** How we authenticate there: {@link ClientSecretBasic}, {@link PrivateKeyJWT} and others. RFC 7662 §2.1 requires it. */
  readonly client: ClientAuthentication
  /** The only `iss` that is accepted; default: not checked. With it an answer without `iss` is refused. */
  readonly issuer?: string
  /** Who we are: `aud` must hold one of these. Default: not checked, since the server knows who asks. */
  readonly audience?: string | readonly string[]
  /** The only `token_type` that is accepted, such as `Bearer`, without regard to case; default: not checked. */
  readonly tokenType?: string
  /** A Standard Schema that validates and types the answer. */
  readonly claims?: ClaimsSchema<Claims>
  /** How long an active token is remembered, never beyond its `exp`: so long a revoked one is still let in; 30 seconds. */
  readonly cacheFor?: Duration
  /** How long an inactive token is remembered; 10 seconds. */
  readonly cacheInactiveFor?: Duration
  /** The most tokens that are remembered, of the active and of the inactive; `false` for none. Default: 10,000. */
  readonly cache?: { readonly max: number } | false
  /** How many questions may be open at once, over which tokens are answered with 503; 1,000. */
  readonly maxPending?: number
  /** How long a question may take, the answer included; 5 seconds. */
  readonly timeout?: Duration
  /** The longest accepted answer in bytes; 65,536. */
  readonly maxSize?: number
  /** The longest token in characters that is asked for; 8,192. */
  readonly maxLength?: number
  /** What fetches, for a proxy or a test; default: the global `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Allows `http:`: whoever is on the way then reads our secret and lets in whom they want. Default: https only. */
  readonly dangerouslyAllowHTTP?: boolean
  /** Tells the time in milliseconds since the epoch; default: `Date.now`. */
  readonly clock?: () => number
}

const OPTIONS = [
  'endpoint',
  'client',
  'issuer',
  'audience',
  'tokenType',
  'claims',
  'cacheFor',
  'cacheInactiveFor',
  'cache',
  'maxPending',
  'timeout',
  'maxSize',
  'maxLength',
  'fetch',
  'dangerouslyAllowHTTP',
  'clock',
]

interface Expectations {
  readonly issuer: string | undefined
  readonly audience: readonly string[] | undefined
  readonly tokenType: string | undefined
}

/**
 * Asks the authorization server about each token, and remembers the answers for a short time.
 *
 * Give it to a scheme as its option `verify`. Requests that wait for the same token share one question. An inactive token is
 * refused with 401; when the server cannot be asked, or its answer is not what RFC 7662 describes, the answer is
 * 503 with Retry-After.
 *
 * @typeParam Claims what the server says of an active token; with a schema, its output.
 * @example
 * ```ts
 * import { App, Security } from 'sallyport'
 * import { ClientSecretBasic, OAuth2AuthorizationCodeBearer, TokenIntrospection } from 'sallyport/security'
 *
 * const oauth2 = new OAuth2AuthorizationCodeBearer({
 *   authorizationUrl: 'https://login.example.com/authorize',
 *   tokenUrl: 'https://login.example.com/token',
 *   scopes: { items: 'Read items.' },
 *   verify: new TokenIntrospection({
 *     endpoint: 'https://login.example.com/introspect',
 *     client: ClientSecretBasic('api', process.env.CLIENT_SECRET ?? ''),
 *   }),
 * })
 * new App().get('/items', { params: { caller: Security(oauth2, ['items']) } }, ({ caller }) => caller.claims.client_id)
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc7662.html
 */
export class TokenIntrospection<Claims = IntrospectionClaims> {
  readonly #endpoint: URL
  readonly #client: ClientAuthentication
  readonly #expected: Expectations
  readonly #schema: ClaimsSchema<Claims> | undefined
  readonly #cacheFor: number
  readonly #cacheInactiveFor: number
  readonly #active: TokenCache<Claims> | undefined
  // Apart from the active ones: whoever sends invented tokens pushes none of those out.
  readonly #inactive: TokenCache<true> | undefined
  readonly #pending = new Map<string, Promise<Claims>>()
  readonly #maxPending: number
  readonly #maxLength: number
  readonly #limits: FetchJSONLimits
  readonly #clock: () => number

  /**
   * @param options where and how to ask, and what to accept.
   * @throws TypeError for an unknown or unfit option; it names the option.
   */
  constructor(options: TokenIntrospectionOptions<Claims>) {
    checkOptions(options, OPTIONS, 'TokenIntrospection')
    this.#endpoint = endpointOf(options.endpoint, options.dangerouslyAllowHTTP === true, 'TokenIntrospection: endpoint')
    if (typeof options.client !== 'function') {
      throw new TypeError('TokenIntrospection: client is required, for example ClientSecretBasic(id, secret).')
    }
    this.#client = options.client
    const { issuer, audience, tokenType, claims, cache } = options
    if (claims !== undefined && !isSchema(claims))
      throw new TypeError('TokenIntrospection: claims is a Standard Schema.')
    this.#expected = {
      issuer: issuer === undefined ? undefined : textList('issuer', [issuer])[0],
      audience: audience === undefined ? undefined : textList('audience', audience),
      tokenType: tokenType === undefined ? undefined : textList('tokenType', [tokenType])[0]?.toLowerCase(),
    }
    this.#schema = claims
    this.#cacheFor = toSeconds('cacheFor', options.cacheFor ?? 30) * 1000
    this.#cacheInactiveFor = toSeconds('cacheInactiveFor', options.cacheInactiveFor ?? 10) * 1000
    const max = cache === false ? 0 : wholeNumber('cache.max', cache?.max ?? 10_000, 1)
    this.#active = max === 0 ? undefined : new TokenCache(max)
    this.#inactive = max === 0 ? undefined : new TokenCache(max)
    this.#maxPending = wholeNumber('maxPending', options.maxPending ?? 1000, 1)
    this.#maxLength = wholeNumber('maxLength', options.maxLength ?? 8192, 1)
    this.#limits = {
      timeout: toSeconds('timeout', options.timeout ?? 5, 0.001) * 1000,
      maxSize: wholeNumber('maxSize', options.maxSize ?? 65_536, 1),
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    }
    this.#clock = options.clock ?? (() => Date.now())
  }

  /**
   * What the server says of a token: at once where it was asked a short time ago.
   *
   * @param token the token alone, without `Bearer`.
   * @throws InvalidTokenError, TokenInactiveError or a JWTError for a token that is refused; IntrospectionUnavailableError (503)
   * when nobody could be asked. At once or by rejecting.
   */
  check(token: string): Claims | Promise<Claims> {
    const now = this.#clock()
    const known = this.#active?.get(token, now)
    if (known !== undefined) return known.claims
    if (this.#inactive?.get(token, now) !== undefined) throw new TokenInactiveError()
    if (token.length > this.#maxLength || !B64TOKEN.test(token)) throw new InvalidTokenError('The token is malformed')
    const pending = this.#pending.get(token)
    if (pending !== undefined) return pending
    if (this.#pending.size >= this.#maxPending) throw new IntrospectionUnavailableError()
    if (IN_WORKERS) return this.#ask(token) // a request there cannot wait for what another one fetches
    const asked = this.#ask(token).finally(() => this.#pending.delete(token))
    this.#pending.set(token, asked)
    return asked
  }

  /** Forgets all answers; the server is asked again. */
  forget(): void {
    this.#active?.clear()
    this.#inactive?.clear()
  }

  async #ask(token: string): Promise<Claims> {
    const answer = await this.#answer(token)
    const now = this.#clock()
    const active = own(answer, 'active')
    if (active === false) {
      this.#inactive?.set(token, { claims: true, jti: undefined, from: now, until: now + this.#cacheInactiveFor }, now)
      throw new TokenInactiveError()
    }
    // "true" and 1 are no booleans: the server is broken, and nobody knows what it means.
    if (active !== true) throw new IntrospectionUnavailableError()
    const until = Math.min(validUntil(answer, now), now + this.#cacheFor)
    checkExpected(answer, this.#expected)
    const result = this.#schema === undefined ? { value: answer as Claims } : this.#schema['~standard'].validate(answer)
    const claims = deepFreeze(outputOf(isAwaitable(result) ? await result : result))
    keepConfirmation(answer, claims)
    this.#active?.set(token, { claims, jti: undefined, from: now, until }, now)
    return claims
  }

  async #answer(token: string): Promise<JSONObject> {
    try {
      const headers = new Headers({ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' })
      const form = new URLSearchParams({ token, token_type_hint: 'access_token' })
      await this.#client(headers, form)
      const init = { method: 'POST', headers, body: form.toString() }
      return await fetchJSON(this.#endpoint, init, this.#limits, 'The introspection endpoint')
    } catch (cause) {
      throw new IntrospectionUnavailableError({ cause })
    }
  }
}

/** RFC 6750 §2.1: what a bearer token may be made of. */
const B64TOKEN = /^[\w.~+/-]+=*$/

/** Until when an active token holds by its own times, in milliseconds. */
function validUntil(answer: JSONObject, now: number): number {
  const exp = time(answer, 'exp')
  const nbf = time(answer, 'nbf')
  if (exp !== undefined && now >= exp * 1000) throw new TokenExpiredError()
  if (nbf !== undefined && now < nbf * 1000) throw new TokenNotYetValidError()
  return exp === undefined ? Number.POSITIVE_INFINITY : exp * 1000
}

function time(answer: JSONObject, name: 'exp' | 'nbf'): number | undefined {
  const value = own(answer, name)
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new InvalidClaimError(name)
  return value
}

function checkExpected(answer: JSONObject, { issuer, audience, tokenType }: Expectations): void {
  if (issuer !== undefined && own(answer, 'iss') !== issuer) throw new WrongIssuerError()
  if (audience !== undefined) {
    const present = [own(answer, 'aud')].flat()
    if (!present.some((one) => typeof one === 'string' && audience.includes(one))) throw new WrongAudienceError()
  }
  if (tokenType !== undefined) {
    const present = own(answer, 'token_type')
    if (typeof present !== 'string' || present.toLowerCase() !== tokenType) throw new WrongTypeError()
  }
}

function outputOf<Claims>(result: SchemaResult<Claims>): Claims {
  if (result.issues !== undefined) throw new InvalidClaimError(undefined, result.issues)
  return result.value
}
