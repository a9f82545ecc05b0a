import { HTTPException } from '../exceptions.ts'
import { type ChallengeParameters, formatChallenge } from '../headers.ts'
import type { Incoming } from '../incoming.ts'
import { isAwaitable } from '../jwt/awaitable.ts'
import { confirmationOf } from '../jwt/confirmation.ts'
import { RefusedToken } from '../jwt/refused-token.ts'
import type { SecuritySchemeObject } from '../openapi/types.ts'
import { CredentialScheme, type InvalidCredentials } from './credential-scheme.ts'
import type { HTTPAuthorizationCredentials } from './credentials.ts'
import type { DPoP } from './dpop.ts'
import { DPoPProofError } from './dpop-errors.ts'
import { assertText } from './options.ts'
import { CLAIM_NAMES, type ClaimNames, principalOf } from './principal.ts'
import type { SecuritySchemeOptions } from './scheme.ts'
import type { StepUp } from './step-up.ts'
import { TOKEN_BINDING_OPTIONS, type TokenBindingOptions, TokenBindings } from './token-binding.ts'
import {
  type Checked,
  type CheckFunction,
  hasVerifier,
  isTokenVerifier,
  tokenCheck,
  type Verified,
  type Verifier,
  type VerifierFunction,
} from './verifier.ts'

/** Options of schemes that take a bearer token. */
export interface BearerOptions<Verify> extends TokenBindingOptions {
  /**
   * What checks the token: a `JWT` or another verifier of `sallyport/jwt`, a {@link TokenIntrospection}, or a function that gives a
   * principal of your own. The scheme then gives the principal, and checks the required scopes itself. Default: the scheme gives
   * the token, unverified.
   */
  readonly verify?: Verify
  /** The protection space, which stands in every challenge; default: none is named. Printable ASCII. */
  readonly realm?: string | undefined
  /** The claim that names the subject; `sub`. A token without it is refused. */
  readonly subjectClaim?: string | undefined
  /** The claim that lists the scopes, as text with spaces between them or as a list; `scope`. Some issuers call it `scp`. */
  readonly scopeClaim?: string | undefined
}

/** The names of {@link BearerOptions}. */
export const BEARER_OPTIONS: readonly string[] = [
  'verify',
  'realm',
  'subjectClaim',
  'scopeClaim',
  ...TOKEN_BINDING_OPTIONS,
]

type Given = string | HTTPAuthorizationCredentials

/** A verifier of somebody else may describe each refusal in other words. */
const MOST_REFUSALS = 64

/**
 * A scheme that takes a bearer token, with challenges as RFC 6750 §3 writes them.
 *
 * Without a verifier it gives what it reads. With one it gives the principal; a broken or refused token is answered with 401
 * `invalid_token`, a missing scope with 403 `insufficient_scope`, no token with the bare challenge.
 *
 * @typeParam Verify the type of the option `verify`.
 */
export abstract class BearerScheme<
  Credentials extends Given,
  Scope extends string,
  AutoError extends boolean,
  Verify extends Verifier<Credentials>,
> extends CredentialScheme<Credentials, Scope, AutoError, Verified<Verify>> {
  readonly #realm: string | undefined
  readonly #dpop: DPoP | undefined
  /** The headers of refusals, by their descriptions. */
  readonly #refusals = new Map<string | undefined, Readonly<Record<string, string>>>()

  constructor(options: SecuritySchemeOptions<Scope, AutoError> & BearerOptions<Verify>, model: SecuritySchemeObject) {
    const where = new.target.name
    const { verify, realm, subjectClaim, scopeClaim, certificateBound: _, dpop: __, ...rest } = options
    assertRealm(realm, where)
    const verifies = hasVerifier(options, where)
    if (subjectClaim !== undefined) assertText(subjectClaim, `${where}: subjectClaim`)
    if (scopeClaim !== undefined) assertText(scopeClaim, `${where}: scopeClaim`)
    if (!isTokenVerifier(verify) && (subjectClaim !== undefined || scopeClaim !== undefined)) {
      throw new TypeError(`${where}: subjectClaim and scopeClaim need an option verify that gives claims.`)
    }
    const names = { subject: subjectClaim ?? CLAIM_NAMES.subject, scopes: scopeClaim ?? CLAIM_NAMES.scopes }
    const bindings = new TokenBindings(options, isTokenVerifier(verify), where)
    if (rest.description !== undefined) assertText(rest.description, `${where}: description`)
    const described = [rest.description, bindings.description].filter((text) => text !== undefined).join('\n\n')
    super(
      described === '' ? rest : { ...rest, description: described },
      // OpenAPI takes any auth-scheme that IANA has registered, and has a word for the token's form with `bearer` only.
      model.type === 'http' && bindings.dpop?.required ? { type: 'http', scheme: 'dpop' } : model,
      verifies ? verifierFunction<Credentials, Verify>(verify as Verify, names, bindings) : undefined,
    )
    this.#dpop = bindings.dpop
    this.#realm = realm
  }

  /** Whether it takes tokens with a proof of their key, as `Authorization: DPoP`. */
  get takesDPoP(): boolean {
    return this.#dpop !== undefined
  }

  protected override get refusesAlike(): boolean {
    return !this.#dpop // whose nonces change
  }

  override makeAuthenticateHeaders(): Readonly<Record<string, string>> {
    if (this.#realm === undefined && !this.#dpop) return super.makeAuthenticateHeaders()
    return { 'www-authenticate': this.#challenges() }
  }

  /**
   * The answer to a token that is broken or refused: 401 `invalid_token` where the scheme verifies.
   *
   * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1
   */
  override makeInvalidCredentialsError({ description, cause }: InvalidCredentials = {}): HTTPException {
    if (!this.verifiesScopes) return super.makeInvalidCredentialsError()
    const headers = this.#dpop ? this.#dpopHeaders(this.#dpop, description, cause) : this.#invalidToken(description)
    return new HTTPException(
      401,
      'Could not validate credentials',
      cause === undefined ? { headers } : { headers, cause },
    )
  }

  /** Garbage is to cost no more than a good token, and there are a few descriptions only. */
  #invalidToken(description: string | undefined): Readonly<Record<string, string>> {
    const known = this.#refusals.get(description)
    if (known !== undefined) return known
    const challenge = this.#challenges({ error: 'invalid_token', error_description: description })
    const headers = Object.freeze({ 'www-authenticate': challenge })
    if (this.#refusals.size < MOST_REFUSALS) this.#refusals.set(description, headers)
    return headers
  }

  #dpopHeaders(dpop: DPoP, description: string | undefined, cause: unknown): Readonly<Record<string, string>> {
    const challenge =
      cause instanceof DPoPProofError
        ? this.#dpopChallenge({ error: cause.dpopError, error_description: description })
        : this.#challenges({ error: 'invalid_token', error_description: description })
    const nonce = dpop.makeNonce()
    return { 'www-authenticate': challenge, ...(nonce === undefined ? {} : { 'dpop-nonce': nonce }) }
  }

  override makeInsufficientScopeError(required: readonly string[]): HTTPException {
    if (this.#realm === undefined && !this.#dpop) return super.makeInsufficientScopeError(required)
    const challenge = this.#challenges({ error: 'insufficient_scope', scope: required.join(' ') })
    return new HTTPException(403, 'Not enough permissions', { headers: { 'www-authenticate': challenge } })
  }

  /**
   * The answer to a user who has to authenticate again, or better: 401 `insufficient_user_authentication`.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9470.html#section-3
   */
  makeStepUpError({ acrValues, maxAge }: StepUp): HTTPException {
    const description = 'More recent or stronger authentication is required'
    const challenge = this.#challenges({
      error: 'insufficient_user_authentication',
      error_description: description,
      acr_values: acrValues?.join(' '),
      max_age: maxAge === undefined ? undefined : String(maxAge),
    })
    return new HTTPException(401, description, { headers: { 'www-authenticate': challenge } })
  }

  /** A challenge for each auth-scheme that it takes: the one with a proof first. */
  #challenges(parameters: ChallengeParameters = {}): string {
    const bearer = (): string => formatChallenge('Bearer', { realm: this.#realm, ...parameters })
    if (!this.#dpop) return bearer()
    const dpop = this.#dpopChallenge(parameters)
    return this.#dpop.required ? dpop : `${dpop}, ${bearer()}`
  }

  /** @see https://www.rfc-editor.org/rfc/rfc9449.html#section-7.1 */
  #dpopChallenge(parameters: ChallengeParameters): string {
    return formatChallenge('DPoP', { realm: this.#realm, ...parameters, algs: this.#dpop?.algs })
  }
}

/**
 * Refuses a realm that a challenge cannot hold.
 *
 * @throws TypeError
 */
function assertRealm(realm: unknown, where: string): void {
  if (realm !== undefined && (typeof realm !== 'string' || !/^[\x20-\x7e]+$/.test(realm))) {
    throw new TypeError(`${where}: realm is printable ASCII, and not empty.`)
  }
}

/** What is asked for a token: claims become a principal, a function gives its own. */
function verifierFunction<Credentials extends Given, Verify extends Verifier<Credentials>>(
  verify: Verify,
  names: ClaimNames,
  bindings: TokenBindings,
): CheckFunction<Credentials, Verified<Verify>> {
  if (!isTokenVerifier(verify)) return verify as VerifierFunction<Credentials, Verified<Verify>>
  const check = tokenCheck(verify)
  type Bound = Checked<Verified<Verify>>
  const bound = (claims: Checked<object>, token: string, incoming: Incoming): Bound | Promise<Bound> => {
    if (claims instanceof RefusedToken || !claims) return claims || undefined
    const principal = principalOf(claims, names) as Verified<Verify>
    const proved = bindings.check(confirmationOf(claims), token, incoming)
    return isAwaitable(proved) ? proved.then(() => principal) : principal
  }
  return (credentials, incoming) => {
    const token = typeof credentials === 'string' ? credentials : credentials.credentials
    const claims = check(token)
    return isAwaitable(claims)
      ? Promise.resolve(claims).then((given) => bound(given, token, incoming))
      : bound(claims, token, incoming)
  }
}
