/**
 * Runs a plan for one request: each value once, without an `await` where nothing is waited for; all validation errors together.
 */
import { Attempt } from './attempt.ts'
import { Denial } from './denial.ts'
import { RequestValidationError } from './exceptions.ts'
import { Exits } from './exits.ts'
import type { AnyOfNode, CallNode, Plan, PlanNode } from './plan.ts'
import { readBody, readerOf } from './reader.ts'
import { FAILED, isPromise, type Solving, type Step, type Watcher } from './solving.ts'

/** A plan that is ready to run. */
export interface Solver {
  /** The handler's arguments, or why there are none; or a promise of them where something has to be waited for. */
  solve(solving: Solving): Solved | Promise<Solved>
  readonly slots: number
  /** The slots of what secures, in the order in which it runs. */
  readonly security: readonly number[]
}

type Args = Readonly<Record<string, unknown>>
type Solved = Args | Denial
type StandIns = ReadonlyMap<PlanNode, () => unknown>

const NONE: StandIns = new Map()

interface Compiling {
  readonly uncertain: ReadonlySet<number>
  /** The slot of the body; -1 where there is none. */
  readonly body: number
  readonly standIns: StandIns
  readonly watcher: Watcher | undefined
}

/**
 * Makes a plan ready to run: done once, when declared.
 *
 * @param standIns what gives its value in another way, in a test.
 * @param watcher is told what is called, in a test.
 */
export function compile(plan: Plan, standIns: StandIns = NONE, watcher?: Watcher): Solver {
  const uncertain = uncertainSlots(plan.steps)
  const compiling: Compiling = { uncertain, body: plan.body?.slot ?? -1, standIns, watcher }
  const steps = plan.steps.map((node) => stepOf(node, compiling))
  const security = plan.steps.slice(0, plan.gate).flatMap((node) => (node.secures ? [node.slot] : []))
  const { gate } = plan
  const finish = argsOf(plan.inputs)

  // Parameters of security dependencies that do not fit leave credentials unverified: no body is read for those.
  const assertSecured = (solving: Solving): void => {
    if (solving.errors === undefined) return
    for (const slot of security) {
      if (solving.values[slot] === FAILED) throw new RequestValidationError(solving.errors)
    }
  }
  const done = (solving: Solving): Args => {
    if (solving.errors !== undefined) throw new RequestValidationError(solving.errors)
    const args = finish(solving.values)
    if (args === undefined) throw new Error(`${plan.where}: a value failed without an error`) // fails closed
    return args
  }

  const rest = async (solving: Solving, at: number, pending: Promise<unknown>): Promise<Solved> => {
    const first = await pending
    if (first instanceof Denial) return first
    solving.values[(steps[at] as Step).slot] = first
    for (let i = at + 1; i < steps.length; i++) {
      if (i === gate) assertSecured(solving)
      const step = steps[i] as Step
      const given = step.run(solving)
      const value = isPromise(given) ? await given : given
      if (value instanceof Denial) return value
      solving.values[step.slot] = value
    }
    return done(solving)
  }

  return {
    slots: plan.slots,
    security,
    solve(solving) {
      if (uncertain.size > 0) solving.filled = new Set()
      for (let i = 0; i < steps.length; i++) {
        if (i === gate) assertSecured(solving)
        const step = steps[i] as Step
        const value = step.run(solving)
        if (isPromise(value)) return rest(solving, i, value)
        if (value instanceof Denial) return value
        solving.values[step.slot] = value
      }
      return done(solving)
    },
  }
}

/** The slots of nodes in alternatives: whether they are filled is known only while the request runs. */
function uncertainSlots(steps: readonly PlanNode[]): ReadonlySet<number> {
  const slots = new Set<number>()
  const add = (node: AnyOfNode): void => {
    for (const alternative of node.alternatives) {
      for (const step of alternative.steps) {
        slots.add(step.slot)
        if (step.kind === 'anyOf') add(step)
      }
    }
  }
  for (const step of steps) if (step.kind === 'anyOf') add(step)
  return slots
}

function stepOf(node: PlanNode, compiling: Compiling): Step {
  const run = compiling.standIns.get(node) ?? runOf(node, compiling)
  const { slot } = node
  if (!compiling.uncertain.has(slot)) return { slot, run }
  return {
    slot,
    run: (solving) => {
      if (solving.filled?.has(slot)) return solving.values[slot]
      const value = run(solving)
      return isPromise(value) ? value.then((made) => fill(solving, slot, made)) : fill(solving, slot, value)
    },
  }
}

/** What failed in an alternative fails again where it is needed outside of it: its errors may have been dropped. */
function fill(solving: Solving, slot: number, value: unknown): unknown {
  if (value !== FAILED && !(value instanceof Denial)) solving.filled?.add(slot)
  return value
}

function runOf(node: PlanNode, compiling: Compiling): Step['run'] {
  switch (node.kind) {
    case 'param':
      return readerOf(node.param, compiling.body)
    case 'body':
      return (solving) => readBody(solving, node.body)
    case 'scheme': {
      const { scheme, scopes } = node
      if (scheme['~attempt'] === undefined) return (solving) => scheme.authenticate(solving.incoming, scopes)
      return (solving) => scheme['~attempt']?.(solving.incoming, scopes)
    }
    case 'scopes': {
      const { scopes } = node
      return () => scopes
    }
    case 'given':
      return GIVEN[node.gives]
    case 'call':
      return callOf(node, compiling)
    case 'anyOf':
      return anyOfOf(node, compiling)
  }
}

const GIVEN: Readonly<Record<'request' | 'incoming' | 'response' | 'tasks', Step['run']>> = {
  request: ({ incoming }) => incoming.request,
  incoming: ({ incoming }) => incoming,
  response: (solving) => solving.response,
  tasks: (solving) => solving.tasks,
}

/** Puts the values of slots under their names; undefined as soon as one of them has failed, or lets nobody in. */
function argsOf(inputs: CallNode['inputs']): (values: readonly unknown[]) => Args | undefined {
  const names = inputs.map(({ name }) => name)
  const slots = inputs.map(({ node }) => node.slot)
  return (values) => {
    const args: Record<string, unknown> = {}
    for (let i = 0; i < slots.length; i++) {
      const value = values[slots[i] as number]
      if (value === FAILED || value instanceof Denial) return undefined
      args[names[i] as string] = value
    }
    return args
  }
}

function callOf(node: CallNode, { watcher }: Compiling): Step['run'] {
  const { declared, scope } = node
  const call = watcher ? told(declared, watcher) : (declared.call as (args: Args) => unknown)
  const argsFrom = argsOf(node.inputs)
  const invoke = ({ values }: Solving): unknown => {
    const args = argsFrom(values)
    return args === undefined ? FAILED : call(args)
  }
  if (!declared.yields) return invoke
  return (solving) => {
    const generator = invoke(solving)
    if (generator === FAILED) return FAILED
    solving.exits ??= new Exits()
    return solving.exits.enter(generator as Generator | AsyncGenerator, scope)
  }
}

function told(declared: CallNode['declared'], watcher: Watcher): (args: Args) => unknown {
  const call = declared.call as (args: Args) => unknown
  return (args) => {
    watcher.dependency(declared)
    return call(args)
  }
}

function anyOfOf(node: AnyOfNode, compiling: Compiling): Step['run'] {
  const alternatives = node.alternatives.map(({ node: last, steps, optional }) => ({
    slot: last.slot,
    optional,
    steps: steps.map((step) => stepOf(step, compiling)),
  }))
  return (solving) => new Attempt(alternatives, solving).from(0)
}
