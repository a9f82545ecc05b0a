import type { Scheme } from '../declaration.ts'
import type { Requirement } from '../requirement.ts'
import { type Place, placeOf, textsOf, withCredential } from './attack-credentials.ts'
import type { Judge } from './attack-judge.ts'
import type { Credential, CredentialContext, SchemeCredentials } from './attack-options.ts'
import type { AttackRequest } from './attack-requests.ts'

/** Good credentials for the schemes of an app, as the options make them. */
export class Purse {
  readonly #given: Readonly<Record<string, SchemeCredentials>>
  readonly #judge: Judge

  constructor(given: Readonly<Record<string, SchemeCredentials>>, judge: Judge) {
    this.#given = given
    this.#judge = judge
  }

  /** What the options say of a scheme. */
  of({ schemeName }: Scheme): SchemeCredentials {
    return (Object.hasOwn(this.#given, schemeName) && this.#given[schemeName]) || {}
  }

  /** The options name schemes that the app has. */
  assertKnown(schemes: ReadonlySet<string>): void {
    for (const name of Object.keys(this.#given)) {
      if (!schemes.has(name))
        throw new TypeError(
          `attack(): credentials names the scheme ${name}, which the app does not have. It has: ${[...schemes].join(', ') || 'none'}.`,
        )
    }
  }

  /** Whether a request can have good credentials of all these schemes at once. */
  holds(schemes: readonly Scheme[]): boolean {
    if (!schemes.every((scheme) => this.of(scheme).valid)) return false
    return new Set(schemes.map((scheme) => keyOf(placeOf(scheme)))).size === schemes.length
  }

  async valid(scheme: Scheme, context: CredentialContext): Promise<Credential> {
    return this.#kept(await this.of(scheme).valid?.(context))
  }

  async withScopes(
    scheme: Scheme,
    scopes: readonly string[],
    context: CredentialContext,
  ): Promise<Credential | undefined> {
    const made = await this.of(scheme).withScopes?.(scopes, context)
    return made === undefined ? undefined : this.#kept(made)
  }

  async mint(
    scheme: Scheme,
    changes: Parameters<NonNullable<SchemeCredentials['mint']>>[0],
  ): Promise<Credential | undefined> {
    const made = await this.of(scheme).mint?.(changes)
    return made === undefined ? undefined : this.#kept(made)
  }

  /** A request with good credentials for a requirement, those of one scheme left out. */
  async fill(
    request: AttackRequest,
    requirement: Requirement,
    context: CredentialContext,
    without?: Scheme,
  ): Promise<AttackRequest> {
    let filled = request
    for (const scheme of requirement.keys()) {
      if (scheme !== without) filled = withCredential(filled, placeOf(scheme), await this.valid(scheme, context))
    }
    return filled
  }

  #kept(credential: Credential | undefined): Credential {
    if (credential === undefined) throw new TypeError('attack(): valid and withScopes give a credential.')
    this.#judge.keepSecret(textsOf(credential))
    return credential
  }
}

function keyOf(place: Place): string {
  return place.in === 'authorization' || place.in === 'connection'
    ? place.in
    : `${place.in} ${place.name.toLowerCase()}`
}
