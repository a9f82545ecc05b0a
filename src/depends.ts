import type { BackgroundTasks as BackgroundTasksValue } from './background.ts'
import type { CurrentResponse as CurrentResponseValue } from './current-response.ts'
import {
  type AnyOf,
  type Args,
  assertParams,
  type Declarations,
  type Dependency,
  type DependencyFunction,
  type DependencyUse,
  type Given,
  isDependency,
  type Params,
  type ScopesOf,
  type Unchecked,
} from './declaration.ts'
import type { Incoming } from './incoming.ts'
import { assertOptions, type Declares } from './params.ts'
import { assertScope, type RequiredScopes } from './scopes.ts'

// ---- Dependencies --------------------------------------------------------------------------------------------------------

/** What a dependency's function gives: a generator gives what it yields, a promise what it resolves to. */
export type GivenBy<R> =
  R extends AsyncGenerator<infer Y, unknown, unknown>
    ? Y
    : R extends Generator<infer Y, unknown, unknown>
      ? Y
      : Awaited<R>

/**
 * Makes a dependency of a function. Name it in a record, and its value is made once for a request.
 *
 * A generator function yields its value; what stands after the `yield` runs when the answer has been sent, and a failure of the
 * request is thrown at the `yield`.
 *
 * @param params what the function is given: parameters, schemes, other dependencies.
 * @param call the function; what it throws ends the request.
 * @throws TypeError for a record that holds something else than declarations.
 * @example
 * ```ts
 * import { dependency, Query } from 'sallyport'
 * import { z } from 'zod'
 *
 * const page = dependency({ skip: Query(z.int().default(0)), limit: Query(z.int().default(100)) }, (range) => range)
 * const connection = dependency(async function* () {
 *   const db = { close: async () => {} }
 *   try {
 *     yield db
 *   } finally {
 *     await db.close()
 *   }
 * })
 * ```
 */
export function dependency<const P extends Unchecked, R>(
  params: P & Declarations<P>,
  call: (args: Args<P>) => R,
): Dependency<GivenBy<R>, ScopesOf<P>>
export function dependency<R>(call: () => R): Dependency<GivenBy<R>>
export function dependency(...given: readonly unknown[]): Dependency<unknown, never> {
  const [params, call] = (given.length === 1 ? [{}, given[0]] : given) as [Params, DependencyFunction['call']]
  if (typeof call !== 'function') throw new TypeError('dependency(): the last argument is a function.')
  assertParams(params, 'dependency()')
  const tag = Object.prototype.toString.call(call)
  const yields = tag === '[object AsyncGeneratorFunction]' || tag === '[object GeneratorFunction]'
  const made: DependencyFunction = { '~declares': 'dependency', params: Object.freeze({ ...params }), call, yields }
  return Object.freeze(made) as Dependency<unknown, string> as Dependency<unknown, never>
}

/** Options of {@link Depends} and {@link Security}. */
export interface DependsOptions {
  /** Whether a value that was already made for this request serves here, too; true. */
  readonly useCache?: boolean
  /** When a generator goes on after its `yield`: after the answer was sent (`request`, the default), or before (`function`). */
  readonly scope?: 'request' | 'function'
}

/**
 * Uses a dependency with options. Without options it is the same as naming the dependency itself.
 *
 * @param on the dependency, or a scheme.
 * @throws TypeError for an unknown option, or something that is no dependency.
 * @example
 * ```ts
 * import { App, Depends, dependency } from 'sallyport'
 *
 * const now = dependency(() => Date.now())
 * new App().get('/', { params: { at: now, again: Depends(now, { useCache: false }) } }, (times) => times)
 * ```
 */
export function Depends<T, Scope extends string>(
  on: Dependency<T, Scope>,
  options: DependsOptions = {},
): Dependency<T, Scope> {
  return use('Depends', on, [], options)
}

/** Says in the compiler's words what a scope is that no scheme below declares. */
export type DeclaredScope<Scope extends string> = [Scope] extends [never]
  ? 'ERROR: no scheme below this dependency declares scopes'
  : Scope

/**
 * Uses a dependency or a scheme, and requires scopes of everything below.
 *
 * Whoever reads `SecurityScopes` below must check them, or a verifying scheme does; where nobody would, the declaration throws.
 *
 * @param on the dependency, or a scheme.
 * @param scopes scopes that a scheme below declares; a typo does not compile.
 * @throws TypeError for a scope that no scheme below declares, and where nobody would check the scopes.
 * @example
 * ```ts
 * import { App, dependency, Security, SecurityScopes } from 'sallyport'
 * import { OAuth2PasswordBearer } from 'sallyport/security'
 *
 * const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { items: 'Read items.' } })
 * const user = dependency({ token: scheme, scopes: SecurityScopes }, ({ token, scopes }) => {
 *   scopes.require(token === 'johndoe' ? 'items' : '')
 *   return token
 * })
 * new App().get('/items', { params: { user: Security(user, ['items']) } }, ({ user }) => user)
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-3.3
 */
export function Security<T, Scope extends string>(
  on: Dependency<T, Scope>,
  scopes: readonly DeclaredScope<NoInfer<Scope>>[] = [],
  options: DependsOptions = {},
): Dependency<T, Scope> {
  return use('Security', on, scopes, options)
}

function use<T, Scope extends string>(
  where: string,
  on: Dependency<T, Scope>,
  scopes: readonly string[],
  options: DependsOptions,
): Dependency<T, Scope> {
  if (!isDependency(on)) {
    throw new TypeError(
      `${where}(): the first argument is a dependency or a security scheme. Wrap a function with dependency().`,
    )
  }
  if (!Array.isArray(scopes)) throw new TypeError(`${where}(): scopes is a list, for example ['items'].`)
  for (const scope of scopes) assertScope(scope, `${where}()`)
  assertOptions(options, ['useCache', 'scope'], `${where}()`)
  const { useCache = true, scope = 'request' } = options
  if (scope !== 'request' && scope !== 'function') {
    throw new TypeError(`${where}(): scope is 'request' or 'function'.`)
  }
  const made: DependencyUse = { '~declares': 'use', on, scopes: Object.freeze([...scopes]), useCache, scope }
  return Object.freeze(made) as Dependency<unknown, string> as Dependency<T, Scope>
}

/** What one of several dependencies gives. */
type ValueOf<D> = D extends Declares<infer T> ? T : never
/** The scopes that any of several dependencies declares. */
type ScopeOf<D> = D extends { readonly '~scope'?: infer Scope } ? Extract<Scope, string> : never

/**
 * The first alternative that works: true OR, run as it is documented.
 *
 * Alternatives are tried in order. Credentials that are broken or refused (401, 403) let the next alternative try; any other
 * error ends the request. When all fail, the answer carries the challenge of each. An optional alternative (`autoError: false`)
 * stands in for absent credentials only, never for broken ones.
 *
 * @param alternatives two or more schemes or dependencies; each has a scheme at or below it.
 * @throws TypeError for less than two alternatives.
 * @example
 * ```ts
 * import { anyOf, App } from 'sallyport'
 * import { APIKeyHeader, HTTPBearer } from 'sallyport/security'
 *
 * const caller = anyOf(new HTTPBearer(), new APIKeyHeader({ name: 'X-Key' }))
 * new App().get('/', { params: { caller } }, ({ caller }) => (typeof caller === 'string' ? 'key' : caller.scheme))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6.1
 */
export function anyOf<
  const D extends readonly [Dependency<unknown, string>, Dependency<unknown, string>, ...Dependency<unknown, string>[]],
>(...alternatives: D): Dependency<ValueOf<D[number]>, ScopeOf<D[number]>> {
  if (alternatives.length < 2 || !alternatives.every(isDependency)) {
    throw new TypeError('anyOf(): takes two or more security schemes or dependencies.')
  }
  const made: AnyOf = { '~declares': 'anyOf', alternatives: Object.freeze([...alternatives]) }
  return Object.freeze(made) as Dependency<unknown, string> as Dependency<ValueOf<D[number]>, ScopeOf<D[number]>>
}

// ---- Values of the request itself --------------------------------------------------------------------------------------------

function given<T>(gives: Given['gives']): Dependency<T> {
  const made: Given = { '~declares': 'given', gives }
  return Object.freeze(made) as Dependency<unknown> as Dependency<T>
}

/** The scopes that are required at this place. */
export type SecurityScopes = RequiredScopes

/**
 * Gives the scopes that everything above requires, the outermost first. Who reads them is trusted to check them:
 * `scopes.require(granted)`.
 *
 * @example
 * ```ts
 * import { dependency, SecurityScopes } from 'sallyport'
 * import { OAuth2PasswordBearer } from 'sallyport/security'
 *
 * const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { items: 'Read items.' } })
 * export const user = dependency({ token: scheme, scopes: SecurityScopes }, ({ token, scopes }) => {
 *   scopes.require('items me') // 403 insufficient_scope where more is required
 *   return token
 * })
 * ```
 */
export const SecurityScopes: Dependency<SecurityScopes> = given('scopes')

/** Gives the web `Request`. Its body can be read only where the operation declares none. */
export const CurrentRequest: Dependency<Request> = given('request')

/** Gives the request as the framework reads it: cheaper than {@link CurrentRequest} where a header is all that is asked for. */
export const CurrentIncoming: Dependency<Incoming> = given('incoming')

/** The answer in the making: its status, headers and cookies. */
export type CurrentResponse = CurrentResponseValue

/**
 * Gives the answer in the making, to set its status, headers and cookies. What was set is lost when the request fails later.
 *
 * @example
 * ```ts
 * import { App, CurrentResponse } from 'sallyport'
 *
 * new App().get('/', { params: { response: CurrentResponse } }, ({ response }) => {
 *   response.headers.set('x-cat-dog', 'alone in the world')
 *   response.setCookie('seen', 'yes', { maxAge: 3600 }) // Secure, HttpOnly and SameSite=Lax unless told otherwise
 *   return { message: 'Hello' }
 * })
 * ```
 */
export const CurrentResponse: Dependency<CurrentResponse> = given('response')

/** Work for after the answer. */
export type BackgroundTasks = BackgroundTasksValue

/**
 * Gives a list of work to do when the answer has been sent. It is dropped when the request fails.
 *
 * @example
 * ```ts
 * import { App, BackgroundTasks } from 'sallyport'
 *
 * new App().post('/mail', { params: { tasks: BackgroundTasks }, status: 202 }, ({ tasks }) => {
 *   tasks.addTask(async () => {})
 *   return { message: 'It will be sent' }
 * })
 * ```
 */
export const BackgroundTasks: Dependency<BackgroundTasks> = given('tasks')
