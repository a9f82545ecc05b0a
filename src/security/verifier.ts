import type { Incoming } from '../incoming.ts'
import type { RefusedToken } from '../jwt/refused-token.ts'
import type { Principal } from './principal.ts'

/**
 * What checks a token and gives its claims: `JWT`, `JWTVerifier` and `AccessTokenVerifier` of `sallyport/jwt`,
 * {@link TokenIntrospection}, or an object of your own.
 *
 * It throws for a token that it refuses. An error with `challengeError: 'invalid_token'` is answered with 401, its message is the
 * `error_description` that the client sees; any other error is answered as it says itself, or with 500.
 *
 * @typeParam Claims what it gives: at once where nothing has to be waited for.
 */
export interface TokenVerifier<Claims = object> {
  check(token: string): Claims | Promise<Claims>
}

/**
 * A function that checks credentials and gives a principal of your own; undefined, null or false refuses them with 401.
 *
 * Where scopes are required, the principal's `scopes` are read: a list, or text with spaces between them.
 *
 * @param credentials what the scheme reads from the request.
 * @param incoming the request.
 */
export type VerifierFunction<Credentials, Value = unknown> = (
  credentials: Credentials,
  incoming: Incoming,
) => Value | Refused | Promise<Value | Refused>

/** As {@link VerifierFunction}, of this package: it may give why a token is refused, in the place of throwing it. */
export type CheckFunction<Credentials, Value> = (
  credentials: Credentials,
  incoming: Incoming,
) => Checked<Value> | Promise<Checked<Value>>

/** A principal, or what refuses credentials. */
export type Checked<Value> = Value | Refused | RefusedToken

/** What refuses credentials where a principal is expected. */
export type Refused = undefined | null | false

/** What the option `verify` takes. */
export type Verifier<Credentials> = TokenVerifier | VerifierFunction<Credentials>

/** What stands in the place of a function that verifies where there is none: the scheme gives the credentials as they are. */
export type UnverifiedFunction<Credentials> = (credentials: Credentials, incoming: Incoming) => Credentials

/**
 * What stands in the place of a verifier where there is none: the scheme gives the credentials as they are.
 *
 * A union, because the compiler reads the parameters of a verifier that is written in place by it: of a function, and of a `check`.
 */
export type Unverified<Credentials> = UnverifiedFunction<Credentials> | NoVerifier

/** No verifier: {@link Verified} makes nothing of it. */
export interface NoVerifier {
  check(token: string): never
}

/**
 * What a scheme gives: the principal that its verifier makes of the credentials.
 *
 * @typeParam Verify the type of the option `verify`; {@link Unverified} without one.
 */
export type Verified<Verify> = Verify extends { check(token: string): infer Claims }
  ? [Awaited<Claims>] extends [never]
    ? never
    : Principal<Awaited<Claims>>
  : Verify extends (...given: never) => infer Value
    ? Exclude<Awaited<Value>, Refused>
    : never

/**
 * Whether an option `verify` was given.
 *
 * @throws TypeError for one that is there and undefined, which would turn the check off, and for what cannot verify.
 */
export function hasVerifier(options: { readonly verify?: unknown }, where: string): boolean {
  if (!Object.hasOwn(options, 'verify')) return false
  const { verify } = options
  if (typeof verify === 'function' || isTokenVerifier(verify)) return true
  throw new TypeError(
    `${where}: verify is a function, or has a method check(token), as new JWT({ … }) has. ${
      verify === undefined ? 'It is undefined, and then nobody would be checked: leave the option out for that.' : ''
    }`.trimEnd(),
  )
}

/**
 * The option `verify` of a scheme that takes functions only; undefined where it was not given.
 *
 * @throws TypeError for anything else.
 */
export function functionOf<Credentials, Verify>(
  options: { readonly verify?: Verify },
  where: string,
): VerifierFunction<Credentials, Verified<Verify>> | undefined {
  if (!hasVerifier(options, where)) return undefined
  if (typeof options.verify === 'function') return options.verify as VerifierFunction<Credentials, Verified<Verify>>
  throw new TypeError(`${where}: verify is a function that takes the credentials and gives the principal.`)
}

/** Whether something has a method `check`. */
export function isTokenVerifier(verify: unknown): verify is TokenVerifier {
  if ((typeof verify !== 'object' && typeof verify !== 'function') || verify === null) return false
  return typeof (verify as TokenVerifier).check === 'function'
}

/** What asks a verifier of tokens: one of this package gives what it refuses, where it can, in the place of throwing it. */
export function tokenCheck(verify: TokenVerifier & Attempts): (token: string) => Claimed | Promise<Claimed> {
  return typeof verify['~attempt'] === 'function'
    ? (token) => (verify as Required<Attempts>)['~attempt'](token)
    : (token) => verify.check(token)
}

type Claimed = Checked<object>

/** What `JWT` and `JWTVerifier` have beside `check`. */
interface Attempts {
  '~attempt'?(token: string): Claimed | Promise<Claimed>
}
