import { belowOf, type Declaration, type Dependency, type DependencyFunction, isDependency } from '../declaration.ts'
import { dependency } from '../depends.ts'
import type { HTTPException } from '../exceptions.ts'
import { type Duration, toSeconds } from '../jwt/duration.ts'
import type { Declares } from '../params.ts'
import { checkOptions } from './options.ts'
import { claimOf } from './principal.ts'
import type { SecurityScheme } from './scheme.ts'

/** How and when a user authenticated, under the names on the wire. */
export interface AuthenticationContext {
  /** The class of the authentication. */
  readonly acr?: unknown
  /** When it was, in seconds since the epoch. */
  readonly auth_time?: unknown
}

/** Options of {@link stepUp}; `acrValues`, `maxAge` or both. */
export interface StepUpOptions<T> {
  /** The classes of authentication of which the caller's must be one, the preferred first; default: any. */
  readonly acrValues?: readonly string[]
  /** How long ago the user may have authenticated: whole seconds, or a text such as `'5m'`; default: any time. */
  readonly maxAge?: Duration
  /** Finds `acr` and `auth_time` in a principal of your own; default: they are claims of the principal. */
  readonly authentication?: (principal: NonNullable<T>) => AuthenticationContext
  /** Tells the time in milliseconds since the epoch; default: `Date.now`. */
  readonly clock?: () => number
}

/** What is required of an authentication, as a challenge says it. */
export interface StepUp {
  readonly acrValues: readonly string[] | undefined
  /** In seconds. */
  readonly maxAge: number | undefined
}

/** A scheme whose tokens say how the user authenticated: all bearer schemes of this package. */
interface StepsUp extends SecurityScheme<unknown, string> {
  makeStepUpError(required: StepUp): HTTPException
}

/** How far ahead of ours the clock of the authorization server may be, in seconds. */
const TOLERANCE = 60

/**
 * Requires that the user authenticated in a certain way, or a short time ago: before money is sent, say.
 *
 * A token that does not say so is answered with 401 `insufficient_user_authentication`, which tells the client what to ask the
 * authorization server for; with a new token it comes back. The document shows the challenge, and `x-step-up` at the operation.
 * A caller whom the scheme lets through without credentials (`autoError: false`) has nothing to step up from, and stays undefined.
 *
 * @param on a verifying bearer scheme, or a dependency above one that gives its principal.
 * @param options what is required. A schema for claims must let `acr` and `auth_time` through.
 * @throws TypeError for an unfit option, and where no verifying bearer scheme stands below, or another one as well.
 * @example
 * ```ts
 * import { App, Security } from 'sallyport'
 * import { JWTVerifier } from 'sallyport/jwt'
 * import { OAuth2AuthorizationCodeBearer, stepUp } from 'sallyport/security'
 *
 * const oauth2 = new OAuth2AuthorizationCodeBearer({
 *   authorizationUrl: 'https://login.example.com/authorize',
 *   tokenUrl: 'https://login.example.com/token',
 *   scopes: { pay: 'Send money.' },
 *   verify: new JWTVerifier({
 *     jwksUri: 'https://login.example.com/jwks',
 *     algorithms: ['ES256'],
 *     issuer: 'https://login.example.com',
 *     audience: 'https://api.example.com',
 *   }),
 * })
 * const careful = stepUp(oauth2, { acrValues: ['urn:example:mfa'], maxAge: '5m' })
 * new App().post('/payments', { params: { caller: Security(careful, ['pay']) } }, ({ caller }) => caller.subject)
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9470.html#section-3
 */
export function stepUp<T, Scope extends string>(
  on: Dependency<T, Scope>,
  options: StepUpOptions<T>,
): Dependency<T, Scope> {
  checkOptions(options, ['acrValues', 'maxAge', 'authentication', 'clock'], 'stepUp()')
  const required = requiredOf(options)
  const scheme = schemeBelow(on)
  const { authentication = claimsOf, clock = () => Date.now() } = options
  const principal = on as Dependency<unknown, string> as Dependency<NonNullable<T> | undefined>
  const made = dependency({ principal }, ({ principal }) => {
    if (principal !== undefined && !meets(authentication(principal), required, clock() / 1000)) {
      throw scheme.makeStepUpError(required)
    }
    return principal
  })
  const documented: DependencyFunction = {
    ...(made as unknown as DependencyFunction),
    requires: {
      name: scheme.schemeName,
      refusals: () => [scheme.makeStepUpError(required)],
      extension: ['x-step-up', shownOf(scheme, required)],
    },
  }
  return Object.freeze(documented) as Dependency<unknown, string> as Dependency<T, Scope>
}

function requiredOf({ acrValues, maxAge }: StepUpOptions<never>): StepUp {
  if (acrValues === undefined && maxAge === undefined) throw new TypeError('stepUp(): give acrValues, maxAge or both.')
  if (acrValues !== undefined) {
    // Parted by spaces in the challenge, in a quoted string.
    const fit = (acr: unknown): boolean => typeof acr === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(acr)
    if (!Array.isArray(acrValues) || acrValues.length === 0 || !acrValues.every(fit)) {
      throw new TypeError('stepUp(): acrValues is a list of printable ASCII without spaces, quotes and backslashes.')
    }
  }
  const seconds = maxAge === undefined ? undefined : toSeconds('stepUp(): maxAge', maxAge, 1)
  if (seconds !== undefined && !Number.isInteger(seconds)) throw new TypeError('stepUp(): maxAge is in whole seconds.')
  return { acrValues: acrValues && Object.freeze([...acrValues]), maxAge: seconds }
}

/** The one scheme below that can tell how its user authenticated. */
function schemeBelow(on: Dependency<unknown, string>): StepsUp {
  if (!isDependency(on)) throw new TypeError('stepUp(): the first argument is a scheme, or a dependency above one.')
  const found = new Set<StepsUp>()
  const seen = new Set<unknown>()
  const visit = (declares: Declares<unknown>): void => {
    if (seen.has(declares)) return
    seen.add(declares)
    const declared = declares as Declaration
    if (declared['~declares'] === 'scheme') found.add(declared as StepsUp)
    else for (const below of belowOf(declared)) visit(below)
  }
  visit(on)
  const [scheme, another] = found
  if (!scheme?.verifiesScopes || typeof scheme.makeStepUpError !== 'function' || another !== undefined) {
    throw new TypeError(
      'stepUp(): one bearer scheme with the option verify stands below, and no other scheme. Of several, give each its own stepUp() in anyOf().',
    )
  }
  return scheme
}

function claimsOf(principal: unknown): AuthenticationContext {
  const claims: unknown = typeof principal === 'object' && principal !== null ? claimOf(principal, 'claims') : undefined
  if (typeof claims !== 'object' || claims === null) return {}
  return { acr: claimOf(claims, 'acr'), auth_time: claimOf(claims, 'auth_time') }
}

function meets({ acr, auth_time: at }: AuthenticationContext, { acrValues, maxAge }: StepUp, now: number): boolean {
  if (acrValues !== undefined && !(typeof acr === 'string' && acrValues.includes(acr))) return false
  if (maxAge === undefined) return true
  return typeof at === 'number' && now - at <= maxAge && at - now <= TOLERANCE
}

function shownOf(scheme: StepsUp, { acrValues, maxAge }: StepUp): object {
  return {
    scheme: scheme.schemeName,
    ...(acrValues === undefined ? {} : { acr_values: acrValues }),
    ...(maxAge === undefined ? {} : { max_age: maxAge }),
  }
}
