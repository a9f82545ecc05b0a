import type { Incoming } from '../incoming.ts'
import type { SecuritySchemeObject } from '../openapi/types.ts'
import type { RequiredScopes } from '../scopes.ts'
import { type SchemeValue, SecurityScheme, type SecuritySchemeOptions } from './scheme.ts'

/**
 * A scheme that reads credentials from one place and gives them as they are: what all schemes of this package are.
 *
 * @typeParam Credentials what is read.
 * @typeParam Scope the scopes that may be required.
 * @typeParam AutoError whether absent credentials are answered with 401.
 */
export abstract class CredentialScheme<
  Credentials,
  Scope extends string = never,
  AutoError extends boolean = true,
> extends SecurityScheme<SchemeValue<Credentials, AutoError>, Scope> {
  readonly #model: SecuritySchemeObject

  /**
   * @param options what every scheme has.
   * @param model the Security Scheme Object, less its description; made once, and frozen.
   */
  constructor(options: SecuritySchemeOptions<Scope, AutoError>, model: SecuritySchemeObject) {
    super(options)
    this.#model = deepFreeze(this.description === undefined ? model : { ...model, description: this.description })
  }

  override get model(): SecuritySchemeObject {
    return this.#model
  }

  /**
   * Reads the credentials; undefined when there are none.
   *
   * Override it to read them from somewhere else, too.
   *
   * @throws HTTPException what `makeNotAuthenticatedError` makes, for credentials that are there and broken.
   */
  abstract readCredentials(incoming: Incoming): Credentials | undefined

  override authenticate(
    incoming: Incoming,
    _scopes: RequiredScopes,
  ): SchemeValue<Credentials, AutoError> | Promise<SchemeValue<Credentials, AutoError>> {
    const credentials = this.readCredentials(incoming)
    // A verifier, once there is one, takes the credentials and the scopes here, and nowhere else.
    return credentials === undefined ? this.absent() : (credentials as SchemeValue<Credentials, AutoError>)
  }
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part)
  return Object.freeze(value)
}
