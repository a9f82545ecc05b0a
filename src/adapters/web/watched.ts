import { LENGTH } from './content.ts'

/** Who is told what becomes of a stream. */
export interface Watch {
  /** Takes what went wrong. */
  readonly failed: (error: unknown) => void
  /** Called when nobody wants the rest. */
  readonly cancelled: () => void
  /** Called once: when all of it was taken, when it failed, or when nobody wants it any more. */
  readonly ended: () => void
}

/** A stream on its way out: it makes nothing before it is asked for, holds its announced length, and its end is told exactly once. */
export class Watched {
  /** What is sent. */
  readonly readable: ReadableStream<Uint8Array>
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #watch: Watch
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Bytes that may still come. */
  #left: number
  readonly #announced: boolean
  #open = true

  /** @param headers of the answer, which may announce a length. */
  constructor(body: ReadableStream<Uint8Array>, headers: readonly string[], watch: Watch) {
    const at = headers.findIndex((text, i) => i % 2 === 0 && text === 'content-length')
    const length = at === -1 ? '' : (headers[at + 1] as string)
    this.#announced = LENGTH.test(length)
    this.#left = this.#announced ? Number(length) : Number.POSITIVE_INFINITY
    this.#reader = body.getReader()
    this.#watch = watch
    const source: UnderlyingDefaultSource<Uint8Array> = {
      start: (controller) => {
        this.#controller = controller
      },
      pull: (controller) => this.#pull(controller),
      cancel: (reason) => this.#cancel(reason),
    }
    this.readable = new ReadableStream(source, { highWaterMark: 0 })
  }

  /** Ends it in the middle, so that it does not look complete. */
  readonly cut = (): void => {
    if (!this.#open) return
    const error = new Error('The stream was cut off.')
    this.#controller?.error(error)
    this.#watch.cancelled()
    this.#reader.cancel(error).then(this.#end, (thrown: unknown) => {
      this.#watch.failed(thrown)
      this.#end()
    })
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const { done, value } = await this.#reader.read()
      if (!this.#open) return
      if (!done) {
        if (!(value instanceof Uint8Array))
          throw new TypeError('The stream of an answer has something that is no bytes.')
        this.#left -= value.byteLength
        if (this.#left < 0) throw new RangeError('The stream of an answer is longer than its content-length.')
        controller.enqueue(value)
        return
      }
      if (this.#announced && this.#left > 0)
        throw new RangeError('The stream of an answer is shorter than its content-length.')
      controller.close()
      this.#end()
    } catch (error) {
      if (!this.#open) return
      this.#watch.failed(error)
      this.#reader.cancel(error).catch(() => {}) // it may be what failed
      controller.error(error)
      this.#end()
    }
  }

  async #cancel(reason: unknown): Promise<void> {
    this.#watch.cancelled()
    try {
      await this.#reader.cancel(reason)
    } catch (error) {
      this.#watch.failed(error)
    }
    this.#end()
  }

  readonly #end = (): void => {
    if (!this.#open) return
    this.#open = false
    this.#watch.ended()
  }
}
