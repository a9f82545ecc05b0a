/** The yield dependencies that a request has entered, and their way out: in reverse, each exactly once. */
export class Exits {
  readonly #entered: { readonly generator: Generator | AsyncGenerator; readonly scope: 'request' | 'function' }[] = []

  /** Enters a generator: runs it to its `yield`, and gives what it yields. */
  enter(generator: Generator | AsyncGenerator, scope: 'request' | 'function'): unknown {
    const first = generator.next()
    if (!(first instanceof Promise)) return this.#entry(generator, scope, first)
    return first.then((result) => this.#entry(generator, scope, result))
  }

  #entry(
    generator: Generator | AsyncGenerator,
    scope: 'request' | 'function',
    result: IteratorResult<unknown>,
  ): unknown {
    if (result.done) throw new Error('A yield dependency ended without a yield')
    this.#entered.push({ generator, scope })
    return result.value
  }

  /** Whether anybody is left to go out, of those that end with the handler (`function`) or of all. */
  has(scope?: 'function'): boolean {
    return scope ? this.#entered.some((entry) => entry.scope === scope) : this.#entered.length > 0
  }

  /**
   * Lets those of a scope go on after their `yield`, or all.
   *
   * @throws what one of them throws; those further out see it at their `yield`, and may throw another.
   */
  async leave(scope?: 'function'): Promise<void> {
    let failure: { readonly error: unknown } | undefined
    for (const { generator } of this.#take(scope)) {
      try {
        if (failure) failure = await throwInto(generator, failure.error)
        else if (!(await generator.next()).done) {
          await generator.return(undefined)
          throw new Error('A yield dependency yielded twice')
        }
      } catch (error) {
        failure = { error }
      }
    }
    if (failure) throw failure.error
  }

  /**
   * Throws a failure of the request at every `yield`, the innermost first.
   *
   * @returns the error that is left: the same, or what one of them threw in its place. Swallowing it is an error of its own.
   */
  async fail(error: unknown): Promise<unknown> {
    let failure = { error }
    for (const { generator } of this.#take()) failure = await throwInto(generator, failure.error)
    return failure.error
  }

  #take(scope?: 'function'): { readonly generator: Generator | AsyncGenerator }[] {
    const leaving = this.#entered.filter((entry) => scope === undefined || entry.scope === scope).reverse()
    for (const entry of leaving) this.#entered.splice(this.#entered.indexOf(entry), 1)
    return leaving
  }
}

async function throwInto(generator: Generator | AsyncGenerator, error: unknown): Promise<{ error: unknown }> {
  try {
    const result = await generator.throw(error)
    if (!result.done) await generator.return(undefined)
  } catch (thrown) {
    return { error: thrown }
  }
  return {
    error: new Error('A yield dependency caught an exception and did not throw it again, nor another one', {
      cause: error,
    }),
  }
}
