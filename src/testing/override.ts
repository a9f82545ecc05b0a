import { type Dependency, isDependency } from '../declaration.ts'
import { dependency } from '../depends.ts'
import type { Overrides } from '../overrides.ts'
import { refuseProduction } from './production.ts'

type Replacement = Dependency<unknown, string>

/** What was put in the place of one dependency, and has not been ended; the last of the layers is in force. */
interface Place {
  /** What was there before the first; undefined for the original. */
  readonly ground: Replacement | undefined
  readonly layers: { readonly replacement: Replacement }[]
}

const places = new WeakMap<Overrides, Map<Replacement, Place>>()

/**
 * Puts a value in the place of a dependency, until the scope is left: `using restored = override(app, getUser, johndoe)`.
 *
 * What was there before is put back, another override as well, in whatever order they are ended. What stands below a dependency
 * is replaced with it, the schemes and their scopes too: to keep those, say who calls with {@link as}.
 *
 * @param app the app; mounted apps have overrides of their own.
 * @param original the dependency or scheme.
 * @param value what it gives: the value itself, or a dependency, as `dependency(() => …)` makes one, which runs for each request.
 * @throws ProductionError where `NODE_ENV` is `production`.
 * @throws TypeError for an original that is no dependency.
 * @example
 * ```ts
 * import { App, dependency } from 'sallyport'
 * import { override } from 'sallyport/testing'
 *
 * const settings = dependency(() => ({ greeting: 'Hello' }))
 * const app = new App()
 * app.get('/', { params: { settings } }, ({ settings }) => settings)
 * {
 *   using _restored = override(app, settings, { greeting: 'Ahoy' })
 *   await (await app.request('/')).json() // { greeting: 'Ahoy' }
 * }
 * await (await app.request('/')).json() // { greeting: 'Hello' }
 * ```
 */
export function override<T, Scope extends string>(
  app: { readonly overrides: Overrides },
  original: Dependency<T, Scope>,
  value: NoInfer<T> | Dependency<NoInfer<T>, string>,
): Disposable {
  refuseProduction('override()')
  if (!isDependency(original))
    throw new TypeError('override(): the second argument is the dependency or scheme whose place is taken.')
  const { overrides } = app
  const ofApp = places.get(overrides) ?? new Map<Replacement, Place>()
  places.set(overrides, ofApp)
  const place = ofApp.get(original) ?? { ground: overrides.map.get(original), layers: [] }
  ofApp.set(original, place)
  const layer = { replacement: isDependency(value) ? value : (dependency(() => value) as Replacement) }
  place.layers.push(layer)
  overrides.set<unknown, string>(original, layer.replacement)

  return {
    [Symbol.dispose](): void {
      const at = place.layers.indexOf(layer)
      if (at === -1) return
      place.layers.splice(at, 1)
      const below = place.layers.at(-1)?.replacement ?? place.ground
      if (below) overrides.set<unknown, string>(original, below)
      else overrides.delete(original)
      if (place.layers.length === 0) ofApp.delete(original)
    },
  }
}
