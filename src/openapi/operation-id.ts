import type { Route } from '../route.ts'

/**
 * The operationId of each route: its own, or one made of method and path alone, so that no minifier changes it: `GET /items/{id}` is
 * `get_items_id`. A second one of a made name gets a number, `get_items_id_2`.
 *
 * @throws TypeError when two operations were given the same one.
 */
export function operationIdsOf(routes: readonly Route[]): ReadonlyMap<Route, string> {
  const ids = new Map<Route, string>()
  const taken = new Map<string, Route>()
  for (const route of routes) {
    const id = route.options.openapiExtra?.operationId ?? route.options.operationId
    if (id === undefined) continue
    const other = taken.get(id)
    if (other) {
      throw new TypeError(
        `${route.where} and ${other.where} have the same operationId ${id}. Give one of them another: clients are generated with one method for each.`,
      )
    }
    ids.set(route, id)
    taken.set(id, route)
  }
  for (const route of routes) {
    if (ids.has(route)) continue
    const name = `${route.method} ${route.path.replaceAll(':path}', '}')}`.toLowerCase()
    const made = name.replace(/[^a-z0-9]+/g, '_').replace(/_$/, '')
    let id = made
    for (let n = 2; taken.has(id); n++) id = `${made}_${n}`
    ids.set(route, id)
    taken.set(id, route)
  }
  return ids
}

/** What the parts of an operation are named after. */
export interface OperationName {
  /** The operationId, like `get_users_me`. */
  readonly id: string
  /** The same for names of schemas: `GetUsersMe`. */
  readonly prefix: string
}

/** `get_users_me` and `getUsersMe` are `GetUsersMe`. */
export function pascalCase(name: string): string {
  return words(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

/** `readUsersMe` and `read_users_me` are `Read Users Me`; undefined for a function without a name. */
export function titleOf(name: string): string | undefined {
  return (
    words(name)
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(' ') || undefined
  )
}

/** Words end before a capital after a small letter, and between `URL` and `Of` in `URLOf`. */
function words(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}
