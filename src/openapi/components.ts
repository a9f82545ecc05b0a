import { describe, type JSONSchema, type Schema } from '../schema.ts'
import { type Definition, keyOf, nameComponents } from './component-names.ts'
import { copySchema, copyValue, isModel, isRecord, type Link } from './schema-copy.ts'

/** One place in the document that shows a schema. */
export interface SchemaUse {
  /** Tells schemas apart: two uses of the same object are one component. */
  readonly source: object
  /** The whole JSON Schema, with its `$defs`. */
  readonly json: JSONSchema
  /** Whether it is what the app takes in or what it gives out: they differ where there are defaults. */
  readonly side: 'input' | 'output'
  /** What a component is called that has no name of its own, like `GetUsersMeResponse`. */
  readonly name: string
  /** Whether it is a component even when it is used once. */
  readonly always?: boolean
}

/** A schema as its library wrote it, and what became of it. */
interface Root {
  readonly json: JSONSchema
  readonly side: SchemaUse['side']
  readonly name: string
  readonly number: number
  readonly definitions: Map<string, Definition>
  self: Definition | undefined
  /** The schemas below the top that name themselves. */
  readonly nested: Map<JSONSchema, Definition>
  /** Whether a reference leads to a place inside of the schema, which may not move then; looked for when it matters. */
  hasPlaces: boolean | undefined
}

/**
 * The schemas that a document shares.
 *
 * They are collected while the operations are printed, and get their names when all uses are known: {@link finish} completes the
 * schemas that were given before.
 *
 * - What stands in the `$defs` of a schema becomes a component of its name; a name that a library has counted up (`__schema0`)
 *   is replaced by one made from the use.
 * - A schema of objects that names itself (`$id`, `id` or a `title` of one word) becomes a component of that name, inside of another,
 *   too. Its default stays where it is used.
 * - Another schema of objects becomes a component when it is used twice, or when it refers to itself.
 * - Input and output that differ get two names, `User` for the output and `UserInput`. Where all that differs is that the output is
 *   closed, the open form stands for both, as it is true of both.
 * - Two different schemas never become one: the later gets a number, `User_2`.
 */
export class Components {
  readonly #roots = new Map<object, { readonly number: number; input?: Root; output?: Root }>()
  readonly #definitions: Definition[] = []
  readonly #outputs = new Map<Schema, JSONSchema>()
  readonly #builtIn = new Map<string, Definition>()
  readonly #links: Link<Definition>[] = []

  /** The schema to show for a use; complete after {@link finish}. */
  schema(use: SchemaUse): JSONSchema {
    const root = this.#rootOf(use)
    const { json } = root
    if (typeof json.$ref === 'string' || !(use.always || isModel(json))) return this.#shown(root, json, root.name)
    const self = this.#selfOf(root)
    if (use.always || self.wanted !== undefined) self.isComponent = true
    return showIn(self)
  }

  /** A part of a use's schema, shown where it stands; what it refers to is shared all the same. */
  part(use: SchemaUse, part: JSONSchema): JSONSchema {
    return this.#shown(this.#rootOf(use), part, use.name)
  }

  /**
   * The JSON Schema of what a schema gives out; a library is asked once for each.
   *
   * @throws TypeError when the library cannot describe the schema.
   */
  describe(schema: Schema, where: string): JSONSchema {
    const known = this.#outputs.get(schema)
    if (known) return known
    const json = describe(schema, 'output', where)
    this.#outputs.set(schema, json)
    return json
  }

  /** A component put together from schemas that were given here; gives the reference to it. */
  add(name: string, schema: JSONSchema): JSONSchema {
    return showIn(this.#added(name, schema, false))
  }

  /** A component that the framework brings, made once; a schema of the app that wants its name gets it. */
  builtIn(name: string, make: () => JSONSchema): JSONSchema {
    const there = this.#builtIn.get(name)
    if (there) return showIn(there)
    const made = this.#added(name, make(), true)
    this.#builtIn.set(name, made)
    return showIn(made)
  }

  /** Names all components, completes every schema that was given, and gives the components in the order of their names. */
  finish(): Record<string, JSONSchema> {
    const components = nameComponents(this.#definitions)
    const printed = new Map<string, JSONSchema>()
    const pending = [...this.#links]
    const refer = (definition: Definition): string => {
      const component = components.get(definition)
      if (component === undefined) throw new Error('A reference to what is no component')
      const { key, copy, links } = component
      if (!printed.has(key)) {
        printed.set(key, copy)
        pending.push(...links)
      }
      return `#/components/schemas/${key}`
    }
    for (const definition of this.#definitions) {
      if (components.has(definition)) for (const slot of definition.slots) slot.$ref = refer(definition)
      else {
        for (const slot of definition.slots) Object.assign(slot, { ...definition.copy, ...slot })
        pending.push(...definition.links)
      }
    }
    for (let link = pending.pop(); link; link = pending.pop()) link.at.$ref = refer(link.to) + link.rest
    return Object.fromEntries([...printed].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** Its text is not complete yet, so that it could be mistaken for another: it is one of its own. */
  #added(name: string, copy: JSONSchema, late: boolean): Definition {
    const fallback = keyOf(name) ?? 'Schema'
    const common = { links: [], only: '', side: 'output', unique: true, isComponent: true, slots: [] } as const
    const made: Definition = { ...common, links: [], slots: [], copy, wanted: fallback, fallback, late }
    this.#definitions.push(made)
    return made
  }

  #rootOf({ source, json, side, name }: SchemaUse): Root {
    const sides = this.#roots.get(source) ?? { number: this.#roots.size }
    this.#roots.set(source, sides)
    sides[side] ??= {
      json,
      side,
      name,
      number: sides.number,
      definitions: new Map(),
      self: undefined,
      nested: new Map(),
      hasPlaces: undefined,
    }
    return sides[side]
  }

  #shown(root: Root, schema: JSONSchema, name: string): JSONSchema {
    return this.#copy(root, schema, name, this.#links)
  }

  #copy(root: Root, schema: JSONSchema, name: string, links: Link<Definition>[]): JSONSchema {
    const { $defs, ...rest } = schema
    return copySchema(
      schema === root.json && $defs !== undefined ? rest : schema,
      (at, pointer, path) => {
        const isWhole = path.length === 0 && schema.$ref === pointer
        const target = this.#target(root, pointer, isWhole ? name : nameAt(name, path))
        if (target === undefined) return
        at.$ref = target.rest // the same for every name, until it has one
        links.push({ at, ...target })
      },
      (nested, path) => {
        const to = this.#nested(root, nested, nameAt(name, path))
        if (to === undefined) return undefined
        const at: JSONSchema = { $ref: '' }
        if (nested.default !== undefined) at.default = copyValue(nested.default)
        links.push({ at, to, rest: '' })
        return at
      },
    )
  }

  /** The component that a schema inside of another one is, when it names itself. */
  #nested(root: Root, schema: JSONSchema, name: string): Definition | undefined {
    const known = root.nested.get(schema)
    if (known) return known
    const wanted = isModel(schema) ? ownName(schema) : undefined
    if (wanted === undefined || keyOf(wanted) === undefined) return undefined
    root.hasPlaces ??= hasPlaces(root.json)
    if (root.hasPlaces) return undefined
    const { default: _, ...shared } = schema
    const made = this.#define(root, shared, wanted, name, (each) => root.nested.set(schema, each))
    made.isComponent = true
    return made
  }

  /** What a reference of a schema points at, when it is a place in the same schema. */
  #target(root: Root, pointer: string, name: string): Omit<Link<Definition>, 'at'> | undefined {
    const [, token, rest = ''] = /^#\/\$defs\/([^/]*)(\/.*)?$/s.exec(pointer) ?? []
    if (token !== undefined) {
      const { $defs } = root.json
      const key = isRecord($defs) && namesOf(token).find((name) => isRecord($defs[name]) && Object.hasOwn($defs, name))
      if (typeof key !== 'string') return undefined
      const to = this.#definitionOf(root, key, ($defs as Record<string, JSONSchema>)[key] as JSONSchema, name)
      to.isComponent = true
      return { to, rest }
    }
    if (pointer !== '#' && !pointer.startsWith('#/')) return undefined
    if (pointer.startsWith('#/components/')) return undefined
    const to = this.#selfOf(root)
    to.isComponent = true
    return { to, rest: pointer.slice(1) }
  }

  #selfOf(root: Root): Definition {
    return root.self ?? this.#define(root, root.json, ownName(root.json), root.name, (made) => (root.self = made))
  }

  #definitionOf(root: Root, key: string, schema: JSONSchema, name: string): Definition {
    const wanted = isCountedUp(key) ? ownName(schema) : key
    return (
      root.definitions.get(key) ?? this.#define(root, schema, wanted, name, (made) => root.definitions.set(key, made))
    )
  }

  /** @param keep remembers the definition before its own references are met, which may lead back to it. */
  #define(
    root: Root,
    schema: JSONSchema,
    wanted: string | undefined,
    fallback: string,
    keep: (made: Definition) => void,
  ): Definition {
    const name = wanted === undefined ? undefined : keyOf(wanted)
    const made: Definition = {
      copy: {},
      links: [],
      wanted: name,
      fallback: keyOf(fallback) ?? 'Schema',
      side: root.side,
      only: String(root.number),
      unique: false,
      late: false,
      isComponent: false,
      slots: [],
    }
    keep(made)
    this.#definitions.push(made)
    made.copy = this.#copy(root, schema, name ?? fallback, made.links)
    return made
  }
}

function showIn(definition: Definition): JSONSchema {
  const slot: JSONSchema = {}
  definition.slots.push(slot)
  return slot
}

/** The name that a schema gives itself. */
function ownName(json: JSONSchema): string | undefined {
  const { $id, id, title } = json
  if (typeof $id === 'string') return /([^/#?]+?)(?:\.json)?(?:[#?].*)?$/.exec($id)?.[1]
  if (typeof id === 'string' && id !== '') return id
  return typeof title === 'string' && isModel(json) && /^[A-Za-z][\w.-]*$/.test(title) ? title : undefined
}

/** Whether a schema refers to a place inside of itself that is neither the whole nor one of its `$defs`. */
function hasPlaces(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { $ref } = value as JSONSchema
  if (typeof $ref === 'string' && /^#\/(?!\$defs\/[^/]*$)/.test($ref)) return true
  return Object.values(value).some(hasPlaces)
}

/** Zod writes `__schema0`, Valibot `0`, ArkType `intersection12`: numbers of the process, which no document should show. */
function isCountedUp(name: string): boolean {
  return /^(?:__schema|alias|domain|index|intersection|morph|optional|proto|required|sequence|structure|union|unit)?\d+$/.test(
    name,
  )
}

/** `PostOrdersBody` and the property `lines` are `PostOrdersBodyLines`; what has no name is an item. */
function nameAt(name: string, path: readonly string[]): string {
  return name + (path.length ? path.map((each) => each.charAt(0).toUpperCase() + each.slice(1)).join('') : 'Item')
}

/** What a token of a pointer may stand for: as RFC 6901 §4 has it, and as §6 has it in a fragment, which libraries forget. */
function namesOf(token: string): string[] {
  const names = [token]
  try {
    names.push(decodeURIComponent(token))
  } catch {} // then it is not encoded
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
}
