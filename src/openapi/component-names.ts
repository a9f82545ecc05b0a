/** Which of the collected schemas are one component, and what each component is called. */
import type { JSONSchema } from '../schema.ts'
import { isSameButOpen, type Link } from './schema-copy.ts'

/** A schema that may become a component. */
export interface Definition {
  copy: JSONSchema
  readonly links: Link<Definition>[]
  /** The name that it has of its own; undefined for a schema without one. */
  readonly wanted: string | undefined
  /** The name made from its first use. */
  readonly fallback: string
  readonly side: 'input' | 'output'
  /** Equal text makes one component of two schemas without a name only if this is equal, too. */
  readonly only: string
  /** Whether it is a component of its own, whatever it says. */
  readonly unique: boolean
  /** Whether the names that others want go to them. */
  readonly late: boolean
  isComponent: boolean
  /** Where it is shown: filled with it, or with the reference to it. */
  readonly slots: JSONSchema[]
}

/** Definitions that are one component. */
export interface Component {
  key: string
  readonly copy: JSONSchema
  readonly links: readonly Link<Definition>[]
}

interface Group extends Component {
  readonly first: Definition
  readonly sides: ReadonlySet<Definition['side']>
}

/** Gives each definition that is a component its component, with a name that no other has. */
export function nameComponents(definitions: readonly Definition[]): ReadonlyMap<Definition, Component> {
  const classes = classify(definitions)
  const groups = new Map<number, Group>()
  for (const [number, same] of Map.groupBy(definitions, (definition) => classes.get(definition) as number)) {
    const [first] = same
    const uses = same.reduce((sum, { slots }) => sum + slots.length, 0)
    if (first === undefined || !(uses > 1 || same.some(({ isComponent }) => isComponent))) continue
    const { copy, links } = first
    groups.set(number, { key: '', copy, links, first, sides: new Set(same.map(({ side }) => side)) })
  }
  joinSides(groups, definitions, classes)
  assignKeys([...new Set(groups.values())])
  const named = new Map<Definition, Component>()
  for (const definition of definitions) {
    const group = groups.get(classes.get(definition) as number)
    if (group) named.set(definition, group)
  }
  return named
}

/** A name as components can have one: `^[a-zA-Z0-9._-]+$`; undefined when nothing is left of it. */
export function keyOf(name: string): string | undefined {
  return name.replace(/[^a-zA-Z0-9._-]+/g, '_').replace(/^_+|_+$/g, '') || undefined
}

/**
 * Numbers the definitions so that two have the same number if they say the same, recursion included: by their own text first,
 * then by the numbers of what they refer to, until nothing comes apart any more.
 */
function classify(definitions: readonly Definition[]): ReadonlyMap<Definition, number> {
  let keys = definitions.map(({ copy, wanted, only, links, unique }, at) => {
    if (unique) return String(at)
    // A counted-up definition that refers to others stands in a recursion, which libraries write in several ways.
    const own = wanted !== undefined || links.some(({ to }) => to.wanted === undefined) ? '' : only
    return `${wanted ?? ''}\n${own}\n${JSON.stringify(copy)}`
  })
  let count = 0
  for (;;) {
    const numbers = new Map<string, number>()
    const classes = new Map<Definition, number>()
    definitions.forEach((definition, at) => {
      const key = keys[at] as string
      const number = numbers.get(key) ?? numbers.size
      numbers.set(key, number)
      classes.set(definition, number)
    })
    if (numbers.size === count) return classes
    count = numbers.size
    keys = definitions.map((definition) =>
      [definition, ...definition.links.map(({ to }) => to)].map((each) => classes.get(each)).join(' '),
    )
  }
}

/** One component of an input and an output of one name that differ in nothing but that the output is closed. */
function joinSides(
  groups: Map<number, Group>,
  definitions: readonly Definition[],
  classes: ReadonlyMap<Definition, number>,
): void {
  const links = new Map(definitions.flatMap((definition) => definition.links.map((link) => [link.at, link] as const)))
  const same = (wide: Definition, narrow: Definition, assumed: Set<string>): boolean => {
    const pair = `${classes.get(wide)} ${classes.get(narrow)}`
    if (classes.get(wide) === classes.get(narrow) || assumed.has(pair)) return true
    if (wide.wanted !== narrow.wanted) return false
    assumed.add(pair)
    return isSameButOpen(wide.copy, narrow.copy, links, (a: Definition, b: Definition) => same(a, b, assumed))
  }
  const entries = [...groups].filter(
    ([, { first, sides }]) => first.wanted !== undefined && !first.unique && sides.size === 1,
  )
  for (const alike of Map.groupBy(entries, ([, { first }]) => first.wanted).values()) {
    for (const [inputNumber, input] of alike.filter(([, { sides }]) => sides.has('input'))) {
      const output = alike.find(
        ([number, { first, sides }]) =>
          sides.has('output') && groups.get(number)?.sides.size === 1 && same(input.first, first, new Set()),
      )
      if (output === undefined) continue
      const joined: Group = { ...input, sides: new Set(['input', 'output']) }
      groups.set(inputNumber, joined)
      groups.set(output[0], joined)
    }
  }
}

function assignKeys(groups: readonly Group[]): void {
  const taken = new Set<string>()
  const take = (group: Group, name: string): void => {
    let key = name
    for (let n = 2; taken.has(key); n++) key = `${name}_${n}`
    taken.add(key)
    group.key = key
  }
  const early = groups.filter(({ first }) => !first.late)
  const wanted = early.filter(({ first }) => first.wanted !== undefined)
  for (const [name = '', alike] of Map.groupBy(wanted, ({ first }) => first.wanted)) {
    const outputs = alike.filter(({ sides }) => sides.has('output'))
    for (const group of outputs) take(group, name)
    for (const group of alike) if (!group.sides.has('output')) take(group, outputs.length ? `${name}Input` : name)
  }
  for (const group of early) if (group.first.wanted === undefined) take(group, group.first.fallback)
  for (const group of groups) if (group.first.late) take(group, group.first.fallback)
}
