import { type Dependency, isDependency } from './declaration.ts'
import { dependency } from './depends.ts'

/**
 * Dependencies that stand in the place of others, while a test runs.
 *
 * The key is the original: a dependency, or a scheme. The replacement's own parameters are read, not the original's. The
 * document is not changed, and mounted apps have overrides of their own.
 */
export class Overrides {
  readonly #map = new Map<unknown, Dependency<unknown, string>>()
  #version = 0

  /** Read by the app. */
  get map(): ReadonlyMap<unknown, Dependency<unknown, string>> {
    return this.#map
  }

  /** Grows with each change. */
  get version(): number {
    return this.#version
  }

  /** How many there are. */
  get size(): number {
    return this.#map.size
  }

  /**
   * Puts a replacement in the place of a dependency.
   *
   * @param original the dependency or scheme.
   * @param replacement another dependency, or a function that gives the value.
   * @throws TypeError for something that is neither.
   */
  set<T, Scope extends string>(
    original: Dependency<T, Scope>,
    replacement: Dependency<T, string> | (() => T | Promise<T>),
  ): this {
    if (!isDependency(original))
      throw new TypeError('overrides.set(): the first argument is the dependency to replace.')
    const stands: Dependency<unknown, string> = isDependency(replacement)
      ? replacement
      : (dependency(replacement as () => unknown) as Dependency<unknown, string>)
    this.#map.set(original, stands)
    this.#version++
    return this
  }

  /** Puts the original back. */
  delete(original: Dependency<unknown, string>): boolean {
    this.#version++
    return this.#map.delete(original)
  }

  /** Puts all originals back. */
  clear(): void {
    this.#version++
    this.#map.clear()
  }
}
