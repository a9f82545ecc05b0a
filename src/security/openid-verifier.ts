import type { AccessTokenClaims } from '../jwt/access-token.ts'
import {
  ALGORITHMS,
  type AlgorithmName,
  algorithmList,
  findAlgorithm,
  type PublicKeyAlgorithmName,
} from '../jwt/algorithms.ts'
import { type Duration, toSeconds } from '../jwt/duration.ts'
import { own } from '../jwt/json.ts'
import { textList, wholeNumber } from '../jwt/options.ts'
import type { RemoteKeySet, RemoteKeySetOptions } from '../jwt/remote-key-set.ts'
import { IN_WORKERS } from '../jwt/runtime.ts'
import type { JWTVerifier } from '../jwt/verifier.ts'
import type { JWTVerifierOptions } from '../jwt/verifier-options.ts'
import { isSchema } from '../schema.ts'
import { DiscoveryUnavailableError } from './errors.ts'
import { endpointOf, type FetchJSONLimits, fetchJSON } from './fetch-json.ts'
import { assertText, checkOptions } from './options.ts'

/**
 * How {@link OpenIdConnect} verifies access tokens: signed JWTs of RFC 9068, with the keys that the provider's configuration leads to.
 *
 * @typeParam Claims what the handler gets as `claims`; with a schema, its output.
 */
export interface OpenIdVerification<Claims = AccessTokenClaims>
  extends Pick<
    JWTVerifierOptions<Claims>,
    'claims' | 'clockTolerance' | 'maxAge' | 'maxLength' | 'requiredClaims' | 'cache' | 'revocation'
  > {
  /** Who we are: `aud` of each token must hold one of these. */
  readonly audience: string | readonly string[]
  /** The accepted algorithms; default: all of `sallyport/jwt` with a public key, never one with a secret. */
  readonly algorithms?: readonly PublicKeyAlgorithmName[]
  /**
   * The issuer, where the address of the configuration does not say it. Default: the address up to `/.well-known/`, with or
   * without a slash at its end.
   */
  readonly issuer?: string
  /** How long the configuration is fresh, after which it is fetched again without anyone waiting; 1 hour. */
  readonly cacheFor?: Duration
  /** How long keys are fresh, and used beyond that while the provider is down; defaults as of `RemoteKeySet`. */
  readonly keys?: Pick<RemoteKeySetOptions, 'cacheFor' | 'staleFor' | 'cooldown' | 'maxKeys'>
  /** How long one fetch may take, its body included; 5 seconds. */
  readonly timeout?: Duration
  /** The longest accepted document in bytes; 262,144. */
  readonly maxSize?: number
  /** What fetches, for a proxy or a test; default: the global `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Allows `http:`: whoever is on the way can then give us keys. Default: https only. */
  readonly dangerouslyAllowHTTP?: boolean
  /**
   * Accepts JWTs that do not say that they are access tokens (`typ` is `JWT` or absent), as providers sign them that do not know
   * RFC 9068. An ID token for this audience is then let in like an access token. Default: `typ` must be `at+jwt`.
   */
  readonly dangerouslyAcceptIdTokens?: boolean
  /** Tells the time in milliseconds since the epoch; default: `Date.now`. */
  readonly clock?: () => number
}

const OPTIONS = [
  'audience',
  'algorithms',
  'issuer',
  'claims',
  'clockTolerance',
  'maxAge',
  'maxLength',
  'requiredClaims',
  'cache',
  'revocation',
  'cacheFor',
  'keys',
  'timeout',
  'maxSize',
  'fetch',
  'dangerouslyAllowHTTP',
  'dangerouslyAcceptIdTokens',
  'clock',
]

/** OpenID Connect Discovery §4. */
const WELL_KNOWN = '/.well-known/openid-configuration'
const FIRST_RETRY = 1000
const LONGEST_RETRY = 30_000

interface Provider<Claims> {
  readonly issuer: string
  readonly jwksUri: string
  readonly keys: RemoteKeySet
  readonly verifier: JWTVerifier<Claims>
}

/**
 * Verifies tokens with what the configuration of an OpenID provider says. The configuration is fetched when it is first needed, and
 * then kept: an outage of the provider is noticed only where there was no fetch yet.
 *
 * `sallyport/jwt` is loaded with it, so that a scheme that only reads does not bring it along.
 */
export class OpenIdVerifier<Claims> {
  readonly #url: URL
  readonly #issuers: readonly string[]
  readonly #options: OpenIdVerification<Claims>
  readonly #algorithms: readonly AlgorithmName[]
  readonly #limits: FetchJSONLimits
  readonly #cacheFor: number
  readonly #clock: () => number
  #provider: Provider<Claims> | undefined
  #pending: Promise<Provider<Claims>> | undefined
  #fetchedAt = Number.NEGATIVE_INFINITY
  #failures = 0
  #nextAttempt = Number.NEGATIVE_INFINITY

  /** @throws TypeError for an unknown or unfit option; it names the option. */
  constructor(openIdConnectUrl: string, options: OpenIdVerification<Claims>, where: string) {
    checkOptions(options, OPTIONS, where)
    this.#url = endpointOf(openIdConnectUrl, options.dangerouslyAllowHTTP === true, `${where}: openIdConnectUrl`)
    this.#issuers = issuersOf(openIdConnectUrl, options.issuer, where)
    assertVerification(options, where)
    this.#options = { ...options }
    this.#algorithms = options.algorithms ?? PUBLIC_KEY_ALGORITHMS
    this.#cacheFor = toSeconds(`${where}: cacheFor`, options.cacheFor ?? 3600, 1) * 1000
    this.#limits = {
      timeout: toSeconds(`${where}: timeout`, options.timeout ?? 5, 0.001) * 1000,
      maxSize: wholeNumber(`${where}: maxSize`, options.maxSize ?? 262_144, 1),
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    }
    this.#clock = options.clock ?? (() => Date.now())
  }

  /**
   * The claims of a token: at once when it is warm.
   *
   * @throws JWTError for a token that is refused; DiscoveryUnavailableError or KeysUnavailableError (503) when the provider is out of
   * reach and nothing of it is kept. At once or by rejecting.
   */
  check(token: string): Claims | Promise<Claims> {
    const provider = this.#provider
    const now = this.#clock()
    if (provider === undefined) {
      if (now < this.#nextAttempt && this.#pending === undefined)
        throw new DiscoveryUnavailableError({ retryAfter: this.#retryAfter })
      return this.#discover().then(({ verifier }) => verifier.check(token))
    }
    if (now >= this.#fetchedAt + this.#cacheFor && now >= this.#nextAttempt && !IN_WORKERS) {
      this.#discover().catch(() => {}) // what is known serves on
    }
    return provider.verifier.check(token)
  }

  /**
   * Fetches configuration and keys now.
   *
   * @throws DiscoveryUnavailableError or KeysUnavailableError, by rejecting.
   */
  async ready(): Promise<void> {
    const { keys } = await this.#discover()
    await keys.refresh()
  }

  #discover(): Promise<Provider<Claims>> {
    // A request in Workers cannot wait for what another one fetches.
    if (this.#pending !== undefined && !IN_WORKERS) return this.#pending
    const pending = this.#fetch().finally(() => {
      if (this.#pending === pending) this.#pending = undefined
    })
    this.#pending = pending
    return pending
  }

  async #fetch(): Promise<Provider<Claims>> {
    try {
      const init = { method: 'GET', headers: { accept: 'application/json' } }
      const document = await fetchJSON(this.#url, init, this.#limits, 'The configuration of the OpenID provider')
      const issuer = own(document, 'issuer')
      // OpenID Connect Discovery §4.3: otherwise one issuer speaks for another.
      if (typeof issuer !== 'string' || !this.#issuers.includes(issuer)) {
        throw new Error('The configuration of the OpenID provider has another issuer than its address says')
      }
      const jwksUri = own(document, 'jwks_uri')
      if (typeof jwksUri !== 'string') throw new Error('The configuration of the OpenID provider has no jwks_uri')
      const known = this.#provider
      const same = known?.issuer === issuer && known.jwksUri === jwksUri
      const provider = same ? known : await this.#providerOf(issuer, jwksUri)
      this.#provider = provider
      this.#fetchedAt = this.#clock()
      this.#failures = 0
      this.#nextAttempt = Number.NEGATIVE_INFINITY
      return provider
    } catch (cause) {
      this.#nextAttempt = this.#clock() + Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** this.#failures++)
      throw new DiscoveryUnavailableError({ cause, retryAfter: this.#retryAfter })
    }
  }

  /** The whole seconds until the configuration is fetched again. */
  get #retryAfter(): number {
    return Math.max(1, Math.ceil((this.#nextAttempt - this.#clock()) / 1000))
  }

  async #providerOf(issuer: string, jwksUri: string): Promise<Provider<Claims>> {
    const [{ AccessTokenVerifier }, { RemoteKeySet }, { JWTVerifier }] = await Promise.all([
      import('../jwt/access-token.ts'),
      import('../jwt/remote-key-set.ts'),
      import('../jwt/verifier.ts'),
    ])
    const { claims, clockTolerance, maxAge, maxLength, requiredClaims = [], cache, revocation } = this.#options
    const { keys: times, timeout, maxSize, fetch, dangerouslyAllowHTTP, dangerouslyAcceptIdTokens } = this.#options
    const clock = this.#clock
    const keys = new RemoteKeySet(jwksUri, {
      ...times,
      ...given({ timeout, maxSize, fetch, dangerouslyAllowHTTP }),
      clock,
    })
    const { audience } = this.#options
    const shared = given({ claims, clockTolerance, maxAge, maxLength, cache, revocation })
    const accepted = { ...shared, keys, issuer, audience, algorithms: this.#algorithms, clock }
    const verifier = dangerouslyAcceptIdTokens
      ? new JWTVerifier<Claims>({ ...accepted, requiredClaims })
      : new AccessTokenVerifier<Claims>({ ...accepted, requiredClaims })
    return { issuer, jwksUri, keys, verifier }
  }
}

const PUBLIC_KEY_ALGORITHMS = ALGORITHMS.filter((name) => findAlgorithm(name)?.kty !== 'oct')

/** The issuers that a configuration at this address may name. */
function issuersOf(url: string, issuer: string | undefined, where: string): readonly string[] {
  if (issuer !== undefined) {
    assertText(issuer, `${where}: issuer`)
    return [issuer]
  }
  if (!url.endsWith(WELL_KNOWN)) {
    throw new TypeError(`${where}: openIdConnectUrl ends in ${WELL_KNOWN}; give the option issuer for another address.`)
  }
  // Discovery §4.1 takes a slash off the issuer's end before the rest is appended, so either may be meant.
  const prefix = url.slice(0, -WELL_KNOWN.length)
  return [prefix, `${prefix}/`]
}

/** What the verifier would refuse later, when the provider was reached, is refused when declared. */
function assertVerification(options: OpenIdVerification<unknown>, where: string): void {
  const { audience, algorithms, claims, clockTolerance = 0, maxAge, maxLength, requiredClaims, cache, keys } = options
  if (audience === undefined)
    throw new TypeError(`${where}: audience is required: who we are in the tokens of the provider.`)
  textList(`${where}: audience`, audience)
  if (algorithms !== undefined) {
    for (const name of algorithmList(`${where}: algorithms`, algorithms)) {
      if (findAlgorithm(name)?.kty === 'oct')
        throw new TypeError(`${where}: algorithms: a provider publishes no secrets.`)
    }
  }
  if (claims !== undefined && !isSchema(claims)) throw new TypeError(`${where}: claims is a Standard Schema.`)
  if (toSeconds(`${where}: clockTolerance`, clockTolerance) > 600)
    throw new TypeError(`${where}: clockTolerance is at most 600 seconds.`)
  if (maxAge !== undefined) toSeconds(`${where}: maxAge`, maxAge, 1)
  if (maxLength !== undefined) wholeNumber(`${where}: maxLength`, maxLength, 1)
  if (requiredClaims?.length) textList(`${where}: requiredClaims`, requiredClaims)
  if (cache !== undefined && cache !== false) wholeNumber(`${where}: cache.max`, cache.max, 1)
  if (keys === undefined) return
  checkOptions(keys, ['cacheFor', 'staleFor', 'cooldown', 'maxKeys'], `${where}: keys`)
  toSeconds(`${where}: keys.cacheFor`, keys.cacheFor ?? 600, 1)
  toSeconds(`${where}: keys.staleFor`, keys.staleFor ?? 3600)
  toSeconds(`${where}: keys.cooldown`, keys.cooldown ?? 30, 1)
  wholeNumber(`${where}: keys.maxKeys`, keys.maxKeys ?? 100, 1)
}

/** Without the members that are undefined, which the options' types do not allow. */
function given<Options extends object>(
  options: Options,
): { [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Options]?: Exclude<Options[Name], undefined>
  }
}
