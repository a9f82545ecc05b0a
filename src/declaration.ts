/** What may stand in a record of declarations, as the plan reads it; the functions that make it are in params.ts and depends.ts. */
import type { CertificateSource } from './client-certificate.ts'
import type { Denial } from './denial.ts'
import type { HTTPException } from './exceptions.ts'
import type { Incoming } from './incoming.ts'
import type { SecuritySchemeObject } from './openapi/types.ts'
import type { Declares, Param } from './params.ts'
import { isSchema } from './schema.ts'
import type { RequiredScopes } from './scopes.ts'

// ---- What stands in a record -------------------------------------------------------------------------------------------

/** A record of declarations: what a handler or a dependency is given, by name. */
export type Params = { readonly [name: string]: Declares<unknown> }

/** A record before it was looked at: {@link OnlyDeclarations} says what of it is none. */
export type Unchecked = { readonly [name: string]: unknown }

/** A record of declarations as it is; anything else in it gets a sentence. */
export type OnlyDeclarations<P extends Unchecked> = {
  readonly [Name in keyof P]: P[Name] extends Declares<unknown>
    ? P[Name]
    : P[Name] extends abstract new (
          ...args: never
        ) => unknown
      ? 'ERROR: this is a class, not one of its objects: write new before it, or wrap it with dependency(() => new …)'
      : 'ERROR: wrap a schema with Query(), Path(), Header(), Cookie(), Body() or Form(), and a function with dependency()'
}

/** Nothing more to ask of a record of declarations; a sentence for whatever else stands in it. Costs little where all is well. */
export type Declarations<P extends Unchecked> = P extends Params ? unknown : OnlyDeclarations<P>

/** The arguments that a record of declarations gives to its handler. */
export type Args<P extends Unchecked> = {
  readonly [Name in keyof P]: P[Name] extends { readonly '~value'?: infer T } ? T : never
}

/** The scopes that may be required of anything in a record of declarations. */
export type ScopesOf<P extends Unchecked> = {
  [Name in keyof P]: P[Name] extends { readonly '~scope'?: infer Scope } ? Extract<Scope, string> : never
}[keyof P]

/**
 * A value that is made for a request: by a function, from a scheme, from the first of several that works.
 *
 * @typeParam T what it gives.
 * @typeParam Scope the scopes that the schemes below it declare, and so may be required of it.
 */
export interface Dependency<T, Scope extends string = never> extends Declares<T> {
  readonly '~declares': 'dependency' | 'use' | 'anyOf' | 'scheme' | 'given'
  readonly '~scope'?: Scope
}

/** A dependency made of a function: what {@link dependency} gives, as the plan reads it. */
export interface DependencyFunction extends Dependency<unknown, string> {
  readonly '~declares': 'dependency'
  readonly params: Params
  readonly call: (args: never) => unknown
  /** Whether it is a generator: it yields its value, and goes on when the request is over. */
  readonly yields: boolean
  /** What it requires of a caller beside what the schemes below do, for the document. */
  readonly requires?: Requires
}

/** What a dependency requires of a caller: said by the same object that enforces it. */
export interface Requires {
  /** The name of the scheme whose callers it is required of. */
  readonly name: string
  /** The answers to those who lack it. */
  readonly refusals: () => readonly HTTPException[]
  /** What the operation's object shows of it: a field, and one of the entries of its list. */
  readonly extension: readonly [field: `x-${string}`, entry: object]
}

/** A use of a dependency with options: what {@link Depends} and {@link Security} give, as the plan reads it. */
export interface DependencyUse extends Dependency<unknown, string> {
  readonly '~declares': 'use'
  readonly on: Dependency<unknown, string>
  readonly scopes: readonly string[]
  readonly useCache: boolean
  readonly scope: 'request' | 'function'
}

/** The first of several that works: what {@link anyOf} gives, as the plan reads it. */
export interface AnyOf extends Dependency<unknown, string> {
  readonly '~declares': 'anyOf'
  readonly alternatives: readonly Dependency<unknown, string>[]
}

/** A value of the request itself, given by the framework. */
export interface Given extends Dependency<unknown, never> {
  readonly '~declares': 'given'
  readonly gives: 'request' | 'scopes' | 'response' | 'tasks' | 'incoming'
}

/**
 * A security scheme, as the core knows it: it reads credentials from a request, and says how the document shows it.
 *
 * The classes of `sallyport/security` implement it; so may any object.
 */
export interface Scheme<T = unknown, Scope extends string = string> extends Dependency<T, Scope> {
  readonly '~declares': 'scheme'
  /** Its name in the document; two different schemes of one name are refused. */
  readonly schemeName: string
  /** The Security Scheme Object. */
  readonly model: SecuritySchemeObject
  /** Whether absent credentials end the request; otherwise it gives undefined, and the document shows it as optional. */
  readonly autoError: boolean
  /** The scopes that it declares; undefined when any scope may be required of it. */
  readonly scopes: Readonly<Record<string, string>> | undefined
  /** Whether {@link authenticate} checks the required scopes itself, so that nobody above needs to. */
  readonly verifiesScopes: boolean
  /** Where it takes the client's certificate from, where it always needs one; servers that can't tell it refuse to serve the app. */
  readonly certificateFrom?: CertificateSource | undefined
  /** Reads, and with a verifier checks, the credentials. Throws what {@link makeNotAuthenticatedError} makes. */
  authenticate(incoming: Incoming, scopes: RequiredScopes): T | Promise<T>
  /** As {@link authenticate}, for schemes of this package: some refusals are given, and not thrown. */
  '~attempt'?(incoming: Incoming, scopes: RequiredScopes): T | Denial | Promise<T | Denial>
  /** The answer to absent or broken credentials; the document shows its status and challenge. */
  makeNotAuthenticatedError(): HTTPException
  /** The answer to credentials that are broken or refused, where the document shall show it beside the one to absent ones. */
  makeInvalidCredentialsError?(): HTTPException
  /** The answers to requests of a method that somebody else may have started, where the scheme tells them apart. */
  makeForgeryErrors?(method: string): readonly HTTPException[]
  /** The answer to credentials that lack a required scope. */
  makeInsufficientScopeError(required: readonly string[]): HTTPException
}

// ---- Reading declarations --------------------------------------------------------------------------------------------------

/** Anything that may stand in a record. */
export type Declaration = Param<unknown> | DependencyFunction | DependencyUse | AnyOf | Scheme | Given

const KINDS: ReadonlySet<unknown> = new Set(['dependency', 'use', 'anyOf', 'scheme', 'given'])

/** Whether a value is something that {@link Depends} takes. */
export function isDependency(value: unknown): value is Dependency<unknown, string> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  return KINDS.has((value as { '~declares'?: unknown })['~declares'])
}

/**
 * Refuses a record that holds something else than declarations.
 *
 * @throws TypeError that names the entry and says how to write it.
 */
export function assertParams(params: unknown, where: string): asserts params is Params {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new TypeError(`${where}: params is a record of declarations, for example { q: Query(z.string()) }.`)
  }
  for (const [name, declared] of Object.entries(params)) {
    if (name === '__proto__') throw new TypeError(`${where}: no parameter can be named __proto__.`)
    const isParam = (declared as { '~declares'?: unknown } | undefined)?.['~declares'] === 'param'
    if (!isParam && !isDependency(declared)) {
      throw new TypeError(`${where}: ${name} ${undeclared(declared, name)}`)
    }
  }
}

/** What stands in the place of a declaration, and what to write in its place. */
function undeclared(value: unknown, name: string): string {
  if (value === undefined) {
    return 'is undefined. Declare it above this line; where it is imported, look whether the two modules import each other.'
  }
  if (isSchema(value)) {
    return `is a schema. Say where it is read from: ${name}: Query(schema), or Path(), Header(), Cookie(), Body(), Form().`
  }
  if (typeof value === 'function') {
    const { name: called } = value
    return /^class\b/.test(Function.prototype.toString.call(value))
      ? `is the class ${called}, not one of its objects. Write new ${called}(…), or dependency(() => new ${called}(…)).`
      : `is a function. Wrap it: ${name}: dependency(${/^\w+$/.test(called) && called !== name ? called : '() => …'}).`
  }
  return `is no declaration. Write Query(schema), Path(), Header(), Cookie(), Body() or Form(), a security scheme, or dependency(…).`
}

/** The declarations right below one: what it uses, is given, or has as alternatives. */
export function belowOf(declares: Declares<unknown>): readonly Declares<unknown>[] {
  const declared = declares as Declaration
  switch (declared['~declares']) {
    case 'use':
      return [(declared as DependencyUse).on]
    case 'anyOf':
      return (declared as AnyOf).alternatives
    case 'dependency':
      return Object.values((declared as DependencyFunction).params)
    default:
      return []
  }
}
