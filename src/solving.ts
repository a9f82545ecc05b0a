import { BackgroundTasks } from './background.ts'
import { CurrentResponse } from './current-response.ts'
import type { ValidationIssue } from './exceptions.ts'
import type { Exits } from './exits.ts'
import type { Incoming } from './incoming.ts'

/** The value of a slot that could not be made, because of errors that are collected. */
export const FAILED: unique symbol = Symbol('failed')

/** Whether a value has to be waited for. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return (
    value instanceof Promise ||
    (typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function')
  )
}

/** Is told of the functions of an operation when they are called, in a test that must know what ran. */
export interface Watcher {
  /** The function of a dependency is called. */
  dependency(declared: unknown): void
  /** The handler is called. */
  handler(): void
}

/** One request on its way through a plan. */
export class Solving {
  readonly incoming: Incoming
  readonly path: Readonly<Record<string, string>>
  readonly values: unknown[]
  errors: ValidationIssue[] | undefined
  exits: Exits | undefined
  /** Which slots are filled: kept only where an anyOf makes it uncertain. */
  filled: Set<number> | undefined
  #response: CurrentResponse | undefined
  #tasks: BackgroundTasks | undefined

  constructor(incoming: Incoming, path: Readonly<Record<string, string>>, slots: number) {
    this.incoming = incoming
    this.path = path
    this.values = new Array(slots)
  }

  /** The answer in the making, when somebody asked for it. */
  get touched(): CurrentResponse | undefined {
    return this.#response
  }

  get response(): CurrentResponse {
    this.#response ??= new CurrentResponse()
    return this.#response
  }

  /** Background tasks, when somebody asked for them. */
  get left(): BackgroundTasks | undefined {
    return this.#tasks
  }

  get tasks(): BackgroundTasks {
    this.#tasks ??= new BackgroundTasks()
    return this.#tasks
  }

  fail(issue: ValidationIssue): typeof FAILED {
    this.errors ??= []
    this.errors.push(issue)
    return FAILED
  }
}

/** Makes the value of one slot: at once, or as a promise. */
export interface Step {
  readonly slot: number
  readonly run: (solving: Solving) => unknown
}
