import { type BigIntStats, close, constants, fstat, open, read } from 'node:fs'
import { promisify } from 'node:util'

const openDescriptor = promisify(open)
const readDescriptor = promisify(read)
const closeDescriptor = promisify(close)
const statDescriptor = promisify(fstat)

const CHUNK = 65_536

// A response that somebody drops without reading it, such as a middleware with an answer of its own, keeps its file open till it is
// collected. Of a `FileHandle` Node makes an error then that ends the process.
const dropped = new FinalizationRegistry<number>((descriptor) => {
  close(descriptor, () => {}) // nobody is left to be told
})

/** A file that is open for reading. */
export class OpenFile {
  readonly #descriptor: number
  #closed = false

  private constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  /**
   * @param followLast whether the last part of the path may be a symbolic link. Of a path that was resolved it is none, unless it was put
   * there since.
   */
  static async open(path: string, { followLast }: { readonly followLast: boolean }): Promise<OpenFile> {
    // Non-blocking, because opening a named pipe waits for a writer.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | (followLast ? 0 : constants.O_NOFOLLOW)
    return new OpenFile(await openDescriptor(path, flags))
  }

  stat(): Promise<BigIntStats> {
    return statDescriptor(this.#descriptor, { bigint: true })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    dropped.unregister(this)
    await closeDescriptor(this.#descriptor)
  }

  /** The bytes from one position to the next; the file is closed at the end, on an error, and when nobody wants more. */
  stream(start: number, end: number): ReadableStream<Uint8Array> {
    let position = start
    const stream = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          try {
            const buffer = new Uint8Array(Math.min(CHUNK, end - position))
            const { bytesRead } = await readDescriptor(this.#descriptor, buffer, 0, buffer.byteLength, position)
            if (this.#closed) return // cancelled meanwhile
            if (bytesRead === 0 && position < end) throw new Error('The file became shorter while it was sent.')
            position += bytesRead
            if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead))
            if (position < end) return
            await this.close()
            controller.close()
          } catch (error) {
            await this.close().catch(() => {}) // the first error is the one to tell
            throw error
          }
        },
        cancel: () => this.close(),
      },
      { highWaterMark: 0 },
    )
    dropped.register(stream, this.#descriptor, this)
    return stream
  }
}
