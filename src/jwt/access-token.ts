import type { JWTClaims } from './claims.ts'
import { JWTSigner, type JWTSignerOptions } from './signer.ts'
import type { ClaimsSchema, SchemaResult } from './standard-schema.ts'
import { JWTVerifier } from './verifier.ts'
import type { JWTVerifierOptions } from './verifier-options.ts'

/**
 * The claims of a JWT access token.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068#section-2.2 RFC 9068 section 2.2}
 */
export interface AccessTokenClaims extends JWTClaims {
  readonly iss: string
  readonly exp: number
  readonly aud: string | readonly string[]
  readonly sub: string
  /** The client that the token was issued to. */
  readonly client_id: string
  readonly iat: number
  readonly jti: string
  /** The granted scopes, parted by spaces. */
  readonly scope?: string
  /** When the user authenticated, in seconds since the epoch. */
  readonly auth_time?: number
  /** How the user authenticated, as a class. */
  readonly acr?: string
  /** How the user authenticated, as methods. */
  readonly amr?: readonly string[]
}

/** What {@link AccessTokenSigner.sign} is given: the rest is configured or made. */
export interface AccessTokenGrant {
  readonly sub: string
  readonly client_id: string
  readonly scope?: string
  readonly auth_time?: number
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly [claim: string]: unknown
}

/** What an access token signer puts into every token. */
export interface AccessTokenSignerOptions extends Pick<JWTSignerOptions, 'key' | 'algorithm' | 'notBefore' | 'clock'> {
  /** `iss`: the authorization server. */
  readonly issuer: string
  /** `aud`: the resource server or servers. */
  readonly audience: string | readonly string[]
  /** How long a token is valid. */
  readonly expiresIn: NonNullable<JWTSignerOptions['expiresIn']>
}

/** What an access token verifier accepts: as of {@link JWTVerifier}, with `typ` fixed. */
export interface AccessTokenVerifierOptions<Claims = AccessTokenClaims>
  extends Omit<
    JWTVerifierOptions<Claims>,
    'issuer' | 'audience' | 'typ' | 'dangerouslyAllowMissingExpiry' | 'dangerouslyIgnoreAudience'
  > {
  /** The authorization servers whose tokens are accepted. */
  readonly issuer: string | readonly string[]
  /** Who we are: the resource server. */
  readonly audience: string | readonly string[]
}

/**
 * Signs access tokens of RFC 9068: `typ` is `at+jwt`, and all required claims are there.
 *
 * @example
 * ```ts
 * import { AccessTokenSigner, KeySet } from 'sallyport/jwt'
 *
 * const signer = new AccessTokenSigner({
 *   key: await KeySet.generate('RS256'),
 *   issuer: 'https://accounts.example',
 *   audience: 'https://api.example',
 *   expiresIn: '10m',
 * })
 * const token = await signer.sign({ sub: 'johndoe', client_id: 'spa', scope: 'me items' })
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068#section-2 RFC 9068 section 2}
 */
export class AccessTokenSigner {
  readonly #signer: JWTSigner

  /**
   * @param options - The key, issuer, audience and lifetime.
   * @throws TypeError for a missing one, and for what {@link JWTSigner} refuses.
   */
  constructor(options: AccessTokenSignerOptions) {
    if (options?.issuer === undefined) throw new TypeError('issuer: required for access tokens (RFC 9068)')
    if (options.audience === undefined) throw new TypeError('audience: required for access tokens (RFC 9068)')
    if (options.expiresIn === undefined) throw new TypeError('expiresIn: required for access tokens (RFC 9068)')
    this.#signer = new JWTSigner({ ...options, typ: 'at+jwt', jti: true })
  }

  /**
   * Signs an access token.
   *
   * @param grant - What was granted to whom.
   * @throws TypeError for a missing `sub` or `client_id`, or a claim of the wrong type.
   */
  async sign(grant: AccessTokenGrant): Promise<string> {
    const wrong = wrongClaim({ ...grant })
    if (wrong !== undefined) throw new TypeError(`${wrong}: not as RFC 9068 section 2.2 asks for`)
    return this.#signer.sign(grant)
  }
}

/**
 * Verifies access tokens of RFC 9068. An ID token or any other JWT of the same issuer is refused for its `typ`.
 *
 * @example
 * ```ts
 * import { AccessTokenVerifier, RemoteKeySet } from 'sallyport/jwt'
 *
 * export const verifier = new AccessTokenVerifier({
 *   keys: new RemoteKeySet('https://accounts.example/.well-known/jwks.json'),
 *   algorithms: ['RS256'],
 *   issuer: 'https://accounts.example',
 *   audience: 'https://api.example',
 * })
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068#section-4 RFC 9068 section 4}
 */
export class AccessTokenVerifier<Claims = AccessTokenClaims> extends JWTVerifier<Claims> {
  /**
   * @param options - The keys, algorithms, issuer and audience.
   * @throws TypeError for a missing issuer or audience, and for what {@link JWTVerifier} refuses.
   */
  constructor(options: AccessTokenVerifierOptions<Claims>) {
    if (options?.issuer === undefined) throw new TypeError('issuer: required for access tokens (RFC 9068)')
    if (options.audience === undefined) throw new TypeError('audience: required for access tokens (RFC 9068)')
    for (const name of ['typ', 'dangerouslyAllowMissingExpiry', 'dangerouslyIgnoreAudience']) {
      if (Object.hasOwn(options, name)) throw new TypeError(`AccessTokenVerifier: unknown option ${name}`)
    }
    super({
      ...options,
      typ: 'at+jwt',
      requiredClaims: [...REQUIRED, ...(options.requiredClaims ?? [])],
      claims: withRegistered(options.claims),
    })
  }
}

const REQUIRED = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'] as const

/** The first claim of RFC 9068 that has the wrong type; the verifier has checked those of RFC 7519 itself. */
function wrongClaim(claims: Readonly<Record<string, unknown>>): string | undefined {
  const { sub, client_id, scope, auth_time, acr, amr } = claims
  if (typeof sub !== 'string' || sub === '') return 'sub'
  if (typeof client_id !== 'string' || client_id === '') return 'client_id'
  if (scope !== undefined && typeof scope !== 'string') return 'scope'
  if (auth_time !== undefined && !Number.isFinite(auth_time)) return 'auth_time'
  if (acr !== undefined && typeof acr !== 'string') return 'acr'
  if (amr !== undefined && !(Array.isArray(amr) && amr.every((method) => typeof method === 'string'))) return 'amr'
  return undefined
}

function withRegistered<Claims>(schema: ClaimsSchema<Claims> | undefined): ClaimsSchema<Claims> {
  const validate = (value: unknown): SchemaResult<Claims> | Promise<SchemaResult<Claims>> => {
    const wrong = wrongClaim(value as Readonly<Record<string, unknown>>)
    if (wrong !== undefined) return { issues: [{ message: 'not as RFC 9068 section 2.2 asks for', path: [wrong] }] }
    return schema === undefined ? { value: value as Claims } : schema['~standard'].validate(value)
  }
  return { '~standard': { version: 1, vendor: 'sallyport', validate } }
}
