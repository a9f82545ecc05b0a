/** Work that a request leaves for the time after its answer; run in order, one after the other. */
export class BackgroundTasks {
  readonly #tasks: (() => unknown)[] = []

  /**
   * Adds a task. A task that fails is reported, and ends neither the process nor the tasks after it.
   *
   * @param task a function, sync or async.
   * @param args what to call it with.
   */
  addTask<A extends readonly unknown[]>(task: (...args: A) => unknown, ...args: A): void {
    this.#tasks.push(() => task(...args))
  }

  /** Runs all tasks; never rejects. */
  async run(report: (error: unknown) => void): Promise<void> {
    for (const task of this.#tasks) {
      try {
        await task()
      } catch (error) {
        report(error)
      }
    }
  }
}
