import { availableParallelism } from 'node:os'
import { PasswordHashBusyError } from './errors.ts'

interface Waiting {
  readonly start: () => void
}

/** Lets a bounded number of tasks run and a bounded number wait; more are refused at once. */
export class WorkQueue {
  readonly #concurrency: number
  readonly #limit: number
  readonly #retryAfter: number
  // Insertion order is the order of arrival; a Set lets an aborted one leave from the middle.
  readonly #waiting = new Set<Waiting>()
  #running = 0

  constructor(concurrency: number, limit: number, retryAfter: number) {
    this.#concurrency = concurrency
    this.#limit = limit
    this.#retryAfter = retryAfter
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /**
   * Runs the task when its turn comes.
   *
   * @throws PasswordHashBusyError at once, if as many wait as may
   * @throws the signal's reason, if it is aborted before the turn comes
   */
  async run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted()
    if (this.#running >= this.#concurrency) await this.#turn(signal)
    else this.#running++
    try {
      return await task()
    } finally {
      this.#next()
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size >= this.#limit) throw new PasswordHashBusyError(this.#retryAfter)
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiting)
        reject(signal?.reason)
      }
      const waiting: Waiting = {
        start: () => {
          signal?.removeEventListener('abort', leave)
          resolve()
        },
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.add(waiting)
    })
  }

  // A free place is handed over rather than given back, so that nobody who comes in between can take it.
  #next(): void {
    const [first] = this.#waiting
    if (first) {
      this.#waiting.delete(first)
      first.start()
    } else {
      this.#running--
    }
  }
}

/**
 * How many hashes may run at once by default: one core is left to the event loop, and of libuv's thread pool (4 threads
 * unless UV_THREADPOOL_SIZE says otherwise), which files and DNS use as well, one thread.
 */
export function defaultConcurrency(
  cores: number = availableParallelism(),
  threads: number = Number(process.env.UV_THREADPOOL_SIZE ?? 4),
): number {
  return Math.max(1, Math.min(cores - 1, (threads > 0 ? threads : 4) - 1))
}
