import type { Dependency } from '../declaration.ts'
import { CurrentIncoming, CurrentResponse, dependency } from '../depends.ts'
import type { HTTPDigest } from './http-digest.ts'

/**
 * Makes a dependency that gives what a Digest scheme gives, and sends `Authentication-Info` with the answer: the client sees that
 * the server knows the password as well, and gets its next nonce before the present one ends.
 *
 * @param digest a scheme with `verify`.
 * @throws TypeError for a scheme that does not verify.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { authenticationInfo, type DigestUser, HTTPDigest } from 'sallyport/security'
 *
 * declare const findUser: (name: string) => Promise<(DigestUser & { name: string }) | undefined>
 * const user = authenticationInfo(new HTTPDigest({ realm: 'Devices', verify: { lookup: findUser } }))
 * new App().get('/', { params: { user } }, ({ user }) => ({ name: user.name }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.5
 */
export function authenticationInfo<Scope extends string, AutoError extends boolean, User>(
  digest: HTTPDigest<Scope, AutoError, User>,
): Dependency<AutoError extends true ? User : User | undefined, Scope> {
  if (!digest.verifiesScopes) throw new TypeError('authenticationInfo() takes an HTTPDigest that has verify.')
  const scheme: Dependency<unknown> = digest as Dependency<unknown, string> as Dependency<unknown, never>
  const params = { user: scheme, incoming: CurrentIncoming, response: CurrentResponse }
  const made = dependency(params, ({ user, incoming, response }) => {
    const info = digest.makeAuthenticationInfo(incoming)
    if (info !== undefined) response.headers.set('authentication-info', info)
    return user
  })
  // The same value, under the same scopes.
  return made as Dependency<unknown, string> as Dependency<never, Scope>
}
