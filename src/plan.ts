/**
 * A record of declarations, walked once: what to read and call, in which order, and which scopes reach what.
 *
 * The plan is what runs a request (solve.ts) and what prints the document (openapi/). There is no second source for either.
 */
import type { Dependency, DependencyFunction, Given, Params, Scheme } from './declaration.ts'
import type { PlannedBody, PlannedParam } from './planned-param.ts'
import type { Requirement } from './requirement.ts'
import type { RequiredScopes } from './scopes.ts'
import { Walk } from './walk.ts'

/** One value of a request, made once and kept in a slot. */
export type PlanNode = ParamNode | CallNode | SchemeNode | AnyOfNode | GivenNode | ScopesNode | BodyNode

interface NodeBase {
  readonly slot: number
  /** Whether a scheme stands at or below it, so that it runs before anything else does. */
  readonly secures: boolean
  /** Whether it waits for the body. */
  readonly needsBody: boolean
}

/** A value read from the request. */
export interface ParamNode extends NodeBase {
  readonly kind: 'param'
  readonly param: PlannedParam
}

/** A function to call. */
export interface CallNode extends NodeBase {
  readonly kind: 'call'
  readonly declared: DependencyFunction
  readonly inputs: readonly Input[]
  /** When a generator goes on after its yield. */
  readonly scope: 'request' | 'function'
}

/** A scheme that reads credentials. */
export interface SchemeNode extends NodeBase {
  readonly kind: 'scheme'
  readonly scheme: Scheme
  readonly scopes: RequiredScopes
}

/** Alternatives, of which the first that works gives the value. */
export interface AnyOfNode extends NodeBase {
  readonly kind: 'anyOf'
  readonly alternatives: readonly {
    readonly node: PlanNode
    readonly steps: readonly PlanNode[]
    /** Whether nobody needs to be known for it, so that undefined says that nobody is. */
    readonly optional: boolean
  }[]
}

/** A value of the request itself. */
export interface GivenNode extends NodeBase {
  readonly kind: 'given'
  readonly gives: Exclude<Given['gives'], 'scopes'>
}

/** The scopes that are required at a place; known when declared. */
export interface ScopesNode extends NodeBase {
  readonly kind: 'scopes'
  readonly scopes: RequiredScopes
}

/** The body, read and parsed. */
export interface BodyNode extends NodeBase {
  readonly kind: 'body'
  readonly body: PlannedBody
}

/** A named argument of a function. */
export interface Input {
  readonly name: string
  readonly node: PlanNode
}

/** What is walked: the lists of app, routers and operation in their order, then the operation's record. */
export interface Declared {
  /** Names the operation in messages, like `GET /users/me`. */
  readonly where: string
  readonly dependencies: readonly Dependency<unknown, string>[]
  readonly params: Params
  /** Dependencies to put in the place of others, while a test runs. */
  readonly overrides?: ReadonlyMap<unknown, Dependency<unknown, string>>
}

/** A walked declaration. */
export interface Plan {
  readonly where: string
  /** How many values there are. */
  readonly slots: number
  /** All nodes in the order in which they run: security, parameters, body, the rest. */
  readonly steps: readonly PlanNode[]
  /** After how many steps the parameters are read and the body is not: where invalid parameters of security end the request. */
  readonly gate: number
  /** The arguments of the handler. */
  readonly inputs: readonly Input[]
  /** All parameters of path, query, header and cookie. */
  readonly params: readonly PlannedParam[]
  readonly body: PlannedBody | undefined
  /** What is required of a caller: alternatives (OR) of schemes with their scopes (AND). Empty when nothing is. */
  readonly requirements: readonly Requirement[]
  /** All schemes, in the order in which they are met. */
  readonly schemes: readonly Scheme[]
}

/**
 * Makes the plan of a declaration.
 *
 * @throws TypeError for a declaration that could not be enforced, or that contradicts itself.
 */
export function makePlan(declared: Declared): Plan {
  return new Walk(declared).plan()
}
