import { declaredAnswer } from '../../src/exceptions.ts'
import type { Incoming } from '../../src/incoming.ts'
import type { Application, Reply } from '../../src/reply.ts'

/** An application of one function, which notes what it was asked and whether it runs. */
export class SmallApp implements Application {
  readonly seen: Incoming[] = []
  readonly lives: string[] = []
  readonly errors: unknown[] = []
  readonly #answer: (incoming: Incoming) => Reply | Promise<Reply>

  constructor(answer: (incoming: Incoming) => Reply | Promise<Reply> = () => text('hello')) {
    this.#answer = answer
  }

  handle(incoming: Incoming): Reply | Promise<Reply> {
    this.seen.push(incoming)
    const fail = (error: unknown): Reply => {
      this.errors.push(error)
      const { status, detail, headers } = declaredAnswer(error) ?? { status: 500, detail: 'failed', headers: {} }
      return text(String(detail), status, Object.entries(headers ?? {}).flat() as string[])
    }
    try {
      const reply = this.#answer(incoming)
      return reply instanceof Promise ? reply.catch(fail) : reply
    } catch (error) {
      return fail(error)
    }
  }

  async start(): Promise<void> {
    this.lives.push('start')
  }

  async stop(): Promise<void> {
    this.lives.push('stop')
  }
}

export function text(body: Reply['body'], status = 200, headers: readonly string[] = []): Reply {
  return { status, headers: ['content-type', 'text/plain', ...headers], body, after: undefined }
}

/** A promise to be settled from outside. */
export function gate<T = void>(): { promise: Promise<T>; open: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>()
  return { promise, open: resolve }
}

/** A stream over what a generator yields. */
export function streamFrom(chunks: AsyncGenerator<unknown>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value as Uint8Array)
    },
  })
}
