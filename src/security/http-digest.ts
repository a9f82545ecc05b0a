import { HTTPException } from '../exceptions.ts'
import type { Incoming } from '../incoming.ts'
import { credentialsOf } from './authorization.ts'
import { CredentialScheme, type InvalidCredentials } from './credential-scheme.ts'
import type { HTTPAuthorizationCredentials } from './credentials.ts'
import { StaleNonceError } from './digest-errors.ts'
import type { DigestUser, DigestVerification, SomeDigestUser } from './digest-options.ts'
import { DigestVerifier } from './digest-verifier.ts'
import { freezeScheme } from './freeze-scheme.ts'
import { checkOptions } from './options.ts'
import { SCHEME_OPTIONS, type SecuritySchemeOptions } from './scheme.ts'

/** Options of {@link HTTPDigest}; `realm` and `verify` go together. */
export interface HTTPDigestOptions<
  Scope extends string = never,
  AutoError extends boolean = true,
  User = HTTPAuthorizationCredentials,
> extends SecuritySchemeOptions<Scope, AutoError> {
  /** The protection space, which is part of each stored H(A1) and shown to users. Printable ASCII. Needed with `verify`. */
  readonly realm?: string | undefined
  /** Where users are found, and what is offered to clients. The scheme then gives the user. Default: it gives the credentials. */
  readonly verify?: DigestVerification<User & SomeDigestUser>
}

/**
 * The Digest scheme. With `verify` it gives the user whose password the client has proven to know, without the password being
 * sent: by RFC 7616, with SHA-256, SHA-512-256 and, if named, MD5, their `-sess` variants, `auth` and `auth-int`, hashed names, and
 * nonces that end and of which each count is good once. Without, it gives the parameters that the client sent as text, unverified.
 *
 * Parallel requests with one nonce may come in any order, up to 64 counts apart. Right credentials with a nonce that is used up or
 * has ended are answered with `stale=true`, and clients then go on without asking the user. Digest hides the password only: use TLS.
 *
 * @throws TypeError for an unfit option, and where the runtime has no node:crypto. A request without `Digest`, or with credentials
 * that are broken or refused, is answered with 401 and a challenge for each algorithm; without `verify` with the challenge `Digest`,
 * which has no nonce: clients cannot answer it by themselves.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { digestHA1, HTTPDigest } from 'sallyport/security'
 *
 * const realm = 'Devices'
 * const users = new Map([['sensor', { name: 'sensor', ha1: { 'SHA-256': digestHA1('sensor', realm, 'secret') } }]])
 * const digest = new HTTPDigest({ realm, verify: { lookup: (name) => users.get(name) } })
 * new App().get('/', { params: { user: digest } }, ({ user }) => ({ name: user.name }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.4
 */
export class HTTPDigest<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  User = HTTPAuthorizationCredentials,
> extends CredentialScheme<HTTPAuthorizationCredentials, Scope, AutoError, User> {
  readonly #verifier: ChallengeMaker | undefined

  constructor(options: HTTPDigestOptions<Scope, AutoError, User> = {}) {
    const verifies = typeof options === 'object' && options !== null && Object.hasOwn(options, 'verify')
    const known = verifies ? ['realm', 'verify', ...SCHEME_OPTIONS] : SCHEME_OPTIONS
    const { realm, verify, ...rest } = checkOptions(options, known, 'HTTPDigest')
    const verifier = verifies ? verifierOf(realm, verify) : undefined
    super(
      rest,
      { type: 'http', scheme: 'digest' },
      verifier && ((credentials, incoming) => verifier.verify(credentials, incoming)),
    )
    this.#verifier = verifier
    if (new.target === HTTPDigest) freezeScheme(this)
  }

  override readCredentials(incoming: Incoming): HTTPAuthorizationCredentials | undefined {
    return credentialsOf(incoming.header('authorization'), 'digest', this)
  }

  /** The challenges in one line. The scheme's own answers send them in lines of their own, which more clients understand. */
  override makeAuthenticateHeaders(): Readonly<Record<string, string>> {
    if (this.#verifier === undefined) return super.makeAuthenticateHeaders()
    return { 'www-authenticate': this.#verifier.challenges(false).join(', ') }
  }

  override makeNotAuthenticatedError(): HTTPException {
    if (this.#verifier === undefined) return super.makeNotAuthenticatedError()
    return unauthorized('Not authenticated', this.#verifier.challenges(false))
  }

  /**
   * The answer to credentials that are broken or refused: 401 with new challenges, which say `stale=true` where all but the nonce was
   * right.
   *
   * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.3
   */
  override makeInvalidCredentialsError({ cause }: InvalidCredentials = {}): HTTPException {
    if (this.#verifier === undefined) return super.makeInvalidCredentialsError()
    const challenges = this.#verifier.challenges(cause instanceof StaleNonceError)
    return unauthorized('Could not validate credentials', challenges, cause)
  }

  /**
   * The value of `Authentication-Info` for the answer to a request that this scheme has verified: the server's proof that it knows the
   * password, too, and the next nonce when the present one is half used up. {@link authenticationInfo} sends it.
   *
   * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.5
   */
  makeAuthenticationInfo(incoming: Incoming): string | undefined {
    return this.#verifier?.infoOf(incoming)
  }
}

/** What a scheme asks of its verifier afterwards: nothing of users, so that a scheme of users is one of what they extend. */
type ChallengeMaker = Pick<DigestVerifier<DigestUser>, 'challenges' | 'infoOf'>

function unauthorized(detail: string, challenges: readonly string[], cause?: unknown): HTTPException {
  const [only = ''] = challenges
  return new HTTPException(401, detail, {
    headers: { 'www-authenticate': challenges.length === 1 ? only : challenges },
    ...(cause === undefined ? {} : { cause }),
  })
}

function verifierOf<User extends DigestUser>(
  realm: string | undefined,
  verify: DigestVerification<User> | undefined,
): DigestVerifier<User> {
  if (typeof verify !== 'object' || verify === null) {
    throw new TypeError(
      `HTTPDigest: verify is an object with lookup, which finds users. ${
        verify === undefined ? 'It is undefined, and then nobody would be checked: leave the option out for that.' : ''
      }`.trimEnd(),
    )
  }
  if (typeof realm !== 'string' || !/^[\x20-\x7e]+$/.test(realm)) {
    throw new TypeError(
      'HTTPDigest: verify needs realm, which is printable ASCII, and not empty: it is part of each H(A1).',
    )
  }
  return new DigestVerifier(realm, verify)
}
