/** What an app opens before its first request and closes after its last: a generator, like a yield dependency. */
export type LifespanFunction = () => AsyncGenerator<unknown, unknown, unknown> | Generator<unknown, unknown, unknown>

/** Runs a lifespan function to its `yield` once, and on from there once. */
export class Lifespan {
  readonly #make: LifespanFunction | undefined
  #generator: ReturnType<LifespanFunction> | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  /** Whether requests can be answered without waiting. */
  ready: boolean

  constructor(make: LifespanFunction | undefined) {
    this.#make = make
    this.ready = make === undefined
  }

  /** Runs to the `yield`. A failure is given to everybody who waits, and to everybody who comes later. */
  start(): Promise<void> {
    this.#starting ??= this.#start()
    return this.#starting
  }

  async #start(): Promise<void> {
    if (!this.#make) return
    const generator = this.#make()
    if (typeof generator?.next !== 'function')
      throw new TypeError('The lifespan function gave no generator. Write it as async function* () { …; yield; … }.')
    const { done } = await generator.next()
    if (done) throw new Error('The lifespan function ended without a yield')
    this.#generator = generator
    this.ready = true
  }

  /** Runs on from the `yield`, once; nothing when it never started. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    await this.#starting?.catch(() => {}) // who started it has the failure
    const generator = this.#generator
    this.#generator = undefined
    if (generator === undefined || (await generator.next()).done) return
    await generator.return(undefined)
    throw new Error('The lifespan function yielded twice')
  }
}
