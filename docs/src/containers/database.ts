/** Stands for the pool of a real database. */
export class Database {
  open = false
  /** Settled when a report is asked for. */
  asked: PromiseWithResolvers<void> = Promise.withResolvers()
  /** The report waits for this. */
  ready: PromiseWithResolvers<void> = Promise.withResolvers()

  async connect(): Promise<void> {
    this.open = true
  }

  async disconnect(): Promise<void> {
    this.open = false
  }

  /** Takes its time. */
  async report(): Promise<{ rows: number }> {
    this.asked.resolve()
    await this.ready.promise
    if (!this.open) throw new Error('The database is closed.')
    return { rows: 42 }
  }
}

export function openDatabase(): Database {
  return new Database()
}
