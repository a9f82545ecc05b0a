import type { Incoming } from '../incoming.ts'
import { isAwaitable } from '../jwt/awaitable.ts'
import { RefusedToken } from '../jwt/refused-token.ts'
import { CLAIM_NAMES, principalOf } from './principal.ts'
import {
  type Checked,
  type CheckFunction,
  isTokenVerifier,
  type TokenVerifier,
  tokenCheck,
  type Verified,
  type VerifierFunction,
} from './verifier.ts'

/** What knows API keys: {@link APIKeys}, or an object of your own. It throws for a key that it refuses. */
export interface KeyPrincipals<Principal = object> {
  /** Gives who calls with a key. */
  principalOf(key: string): Principal | Promise<Principal>
}

/** What the option `verify` of the API key schemes takes. */
export type KeyVerifier = KeyPrincipals | TokenVerifier | VerifierFunction<string>

/** What an API key scheme gives, by the type of its option `verify`. */
export type KeyVerified<Verify> = Verify extends { principalOf(key: string): infer Principal }
  ? Awaited<Principal>
  : Verified<Verify>

/**
 * The option `verify` of an API key scheme as a function; undefined where it was not given.
 *
 * @throws TypeError for one that is there and undefined, which would turn the check off, and for what cannot verify.
 */
export function keyVerifier<Verify extends KeyVerifier>(
  options: { readonly verify?: Verify },
  where: string,
): CheckFunction<string, KeyVerified<Verify>> | undefined {
  if (!Object.hasOwn(options, 'verify')) return undefined
  type Made = KeyVerified<Verify>
  const verify: unknown = options.verify
  if (isKeyPrincipals(verify)) return (key) => verify.principalOf(key) as Made | Promise<Made>
  if (isTokenVerifier(verify)) {
    const check = tokenCheck(verify)
    const principal = (claims: Checked<object>): Checked<Made> => {
      if (claims instanceof RefusedToken) return claims
      return claims ? (principalOf(claims, CLAIM_NAMES) as Made) : undefined
    }
    return (key) => {
      const claims = check(key)
      return isAwaitable(claims) ? Promise.resolve(claims).then(principal) : principal(claims)
    }
  }
  if (typeof verify === 'function') return verify as (key: string, incoming: Incoming) => Made
  throw new TypeError(
    `${where}: verify is new APIKeys({ … }), a function, or has a method check(token), as new JWT({ … }) has. ${
      verify === undefined ? 'It is undefined, and then nobody would be checked: leave the option out for that.' : ''
    }`.trimEnd(),
  )
}

function isKeyPrincipals(verify: unknown): verify is KeyPrincipals {
  if (typeof verify !== 'object' || verify === null) return false
  return typeof (verify as Partial<KeyPrincipals>).principalOf === 'function'
}
