/** One declared path operation: makes its plan when declared, runs it for a request. */
import { type Caller, callerOf } from './caller.ts'
import type { Dependency, Params } from './declaration.ts'
import { Denial } from './denial.ts'
import type { Exits } from './exits.ts'
import type { Incoming } from './incoming.ts'
import type { Overrides } from './overrides.ts'
import { makePlan, type Plan } from './plan.ts'
import type { Reply } from './reply.ts'
import { assertSatisfiable, assertScopesEnforced, isOpen } from './requirement.ts'
import { type Responder, responderOf } from './respond.ts'
import type { Route } from './route.ts'
import { compile, type Solver } from './solve.ts'
import { isPromise, Solving, type Watcher } from './solving.ts'
import { isSurelyWritable } from './writable.ts'

/** What an operation needs of the app that it runs in. */
export interface Surroundings {
  readonly overrides: Overrides
  /** Answers what was thrown, and who is not let in; never throws. */
  answer(error: unknown, incoming: Incoming): Reply | Promise<Reply>
  /** Tells of an error that no answer can carry any more. */
  report(error: unknown): void
  /** What the document calls an operation; undefined for one that it does not show. */
  operationIdOf(route: Route): string | undefined
}

interface Overridden {
  readonly version: number
  readonly plan: Plan
  readonly solver: Solver
}

/** A path operation that is ready to run. */
export class Operation {
  readonly route: Route
  readonly plan: Plan
  /** Made for the first request: of a thousand operations few are called soon. */
  #solver: Solver | undefined
  #handler: Route['handler']
  #responder: Responder | undefined
  readonly #surroundings: Surroundings
  #overridden: Overridden | undefined
  #watcher: Watcher | undefined

  /** @throws TypeError for a declaration that could not be enforced, or that contradicts itself. */
  constructor(route: Route, surroundings: Surroundings) {
    this.route = route
    this.plan = planOf(route)
    this.#handler = route.handler
    const { response } = route.options
    if (response && !isSurelyWritable(response)) this.#responder = this.#makeResponder() // which may refuse it
    this.#surroundings = surroundings
  }

  /** What the document calls it; undefined where the document does not show it. */
  get id(): string | undefined {
    return this.#surroundings.operationIdOf(this.route)
  }

  /**
   * Tells of each function of this operation that is called, for a test that must know what ran: what is called stays the same.
   *
   * @param watcher is told, in the place of one that was told before; undefined ends it.
   */
  watch(watcher: Watcher | undefined): void {
    const { handler } = this.route
    this.#watcher = watcher
    this.#overridden = undefined
    this.#solver = compile(this.plan, undefined, watcher)
    this.#handler = watcher
      ? (args) => {
          watcher.handler()
          return handler(args)
        }
      : handler
  }

  /** Answers a request; never throws and never rejects. */
  run(incoming: Incoming, path: Readonly<Record<string, string>>): Reply | Promise<Reply> {
    const caller = callerOf(incoming)
    const overridden = this.#surroundings.overrides.size > 0
    const solver = overridden || caller ? this.#solverOf(overridden, caller) : this.#own()
    const solving = new Solving(incoming, path, solver.slots)
    incoming.observed?.runs(this, solving, solver.security)
    try {
      const args = solver.solve(solving)
      if (isPromise(args)) return this.#later(solving, args)
      if (args instanceof Denial) return this.#fail(args, solving)
      const value = this.#handler(args as never)
      if (isPromise(value) || solving.exits !== undefined) return this.#settle(solving, value)
      const reply = this.#respond(value, solving, this.#after(solving))
      return isPromise(reply) ? reply.catch((error: unknown) => this.#fail(error, solving)) : reply
    } catch (error) {
      return this.#fail(error, solving)
    }
  }

  async #later(solving: Solving, pending: Promise<unknown>): Promise<Reply> {
    try {
      const args = await pending
      if (args instanceof Denial) return await this.#fail(args, solving)
      const value = this.#handler(args as never)
      if (isPromise(value) || solving.exits !== undefined) return await this.#settle(solving, value)
      const reply = this.#respond(value, solving, this.#after(solving))
      return isPromise(reply) ? await reply : reply
    } catch (error) {
      return this.#fail(error, solving)
    }
  }

  async #settle(solving: Solving, value: unknown): Promise<Reply> {
    try {
      const settled = await value
      if (solving.exits?.has('function')) await solving.exits.leave('function')
      return await this.#respond(settled, solving, this.#after(solving))
    } catch (error) {
      return this.#fail(error, solving)
    }
  }

  /** FastAPI's order: the answer, the background tasks, the exits of yield dependencies. */
  #after({ exits, left }: Solving): Reply['after'] {
    if (left === undefined && !exits?.has()) return undefined
    const { report } = this.#surroundings
    return once(async () => {
      await left?.run(report)
      await exits?.leave().catch(report)
    })
  }

  #fail(error: unknown, solving: Solving): Reply | Promise<Reply> {
    const { exits, incoming } = solving
    if (error instanceof Denial) {
      return exits?.has()
        ? this.#failThrough(exits, error.makeError(), incoming)
        : this.#surroundings.answer(error, incoming)
    }
    const thrown = error instanceof Error ? error : notAnError(error, this.route.where)
    if (!exits?.has()) return this.#surroundings.answer(thrown, incoming)
    return this.#failThrough(exits, thrown, incoming)
  }

  async #failThrough(exits: Exits, error: unknown, incoming: Incoming): Promise<Reply> {
    return this.#surroundings.answer(await exits.fail(error), incoming)
  }

  /** In a test: with overrides in place, or with a caller whom nobody asks for credentials. */
  #solverOf(overridden: boolean, caller: Caller | undefined): Solver {
    const { plan, solver } = overridden ? this.#withOverrides() : { plan: this.plan, solver: this.#own() }
    return caller ? compile(plan, caller.standIns(plan), this.#watcher) : solver
  }

  get #respond(): Responder {
    this.#responder ??= this.#makeResponder()
    return this.#responder
  }

  #makeResponder(): Responder {
    const { where, options } = this.route
    const { status = 200, response, mediaType } = options
    return responderOf({ where, status, response, mediaType })
  }

  #own(): Solver {
    this.#solver ??= compile(this.plan)
    return this.#solver
  }

  #withOverrides(): Overridden {
    const { map, version } = this.#surroundings.overrides
    if (this.#overridden?.version !== version) {
      const plan = planOf(this.route, map)
      this.#overridden = { version, plan, solver: compile(plan, undefined, this.#watcher) }
    }
    return this.#overridden
  }
}

/**
 * The plan of a route.
 *
 * @throws TypeError for a declaration that could not be enforced, or that contradicts itself.
 */
export function planOf(route: Route, overrides?: ReadonlyMap<unknown, Dependency<unknown, string>>): Plan {
  const params: Params = route.options.params ?? {}
  const { where, dependencies } = route
  if (overrides) return makePlan({ where, dependencies, params, overrides })
  if (!route.plan) assertScopesEnforced(dependencies, params, where)
  const plan = route.plan ? { ...route.plan, where } : makePlan({ where, dependencies, params })
  assertPathNames(route, plan)
  assertSatisfiable(plan.requirements, where)
  if (route.options.public && !isOpen(plan.requirements)) {
    throw new TypeError(
      `${where} is declared as public, but itself requires ${plan.schemes.map(({ schemeName }) => schemeName).join(', ')}. Take one of the two away.`,
    )
  }
  return plan
}

function assertPathNames(route: Route, plan: Plan): void {
  const declared = new Set(plan.params.filter(({ place }) => place === 'path').map(({ name }) => name))
  for (const name of route.names) {
    if (declared.delete(name)) continue
    const wrong = plan.params.find((param) => param.name === name)
    throw new TypeError(
      `${route.where}: the path names {${name}}, which is ${wrong ? `declared with another place (${wrong.place}). Write` : 'not declared. Add'} ${name}: Path(schema) ${wrong ? 'in' : 'to'} params.`,
    )
  }
  for (const name of declared) {
    throw new TypeError(
      `${route.where}: ${name} is declared with Path(), but the path has no {${name}}. Use Query(), or add it to the path.`,
    )
  }
}

/** What was thrown is told as its cause: it is no error, so that it has no place. */
function notAnError(thrown: unknown, where: string): TypeError {
  const what =
    thrown instanceof Response
      ? 'a Response was thrown. Return it'
      : `what was thrown is no Error (${thrown === null ? 'null' : typeof thrown}). Throw new HTTPException(404, 'Not here') for an answer, new Error(…) for a failure`
  return new TypeError(`${where}: ${what}.`, { cause: thrown })
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}
