import type { ServerResponse } from 'node:http'

/** How a stream is sent. */
export interface Sending {
  /** Writes the head. Throws when HTTP doesn't allow it. */
  readonly begin: () => void
  /** Bytes of the stream, where the head tells; undefined sends them in chunks. */
  readonly length: number | undefined
  /** How long the client may take nothing, in milliseconds; 0 for ever. */
  readonly writeTimeout: number
  /** Called when all is written, before the end. */
  readonly beforeEnd: () => void
  /** Takes what went wrong; no more is written. The head may be out or not. */
  readonly fail: (error: unknown) => void
}

/** Sends a stream, no faster than the client reads. Never throws and never rejects. */
export async function sendStream(
  body: ReadableStream<Uint8Array>,
  res: ServerResponse,
  sending: Sending,
): Promise<void> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  let failed = false
  const fail = (error: unknown): void => {
    if (failed) return
    failed = true
    reader?.cancel(error).catch(() => {}) // it may be what failed
    sending.fail(error)
  }
  let drained: (() => void) | undefined
  res.on('drain', () => drained?.())
  res.once('close', () => {
    drained?.()
    if (!res.writableFinished && !failed) reader?.cancel().catch(fail)
  })
  // The client learns the status even when the first chunk takes its time, as with server-sent events. Until then an error can
  // still become an answer.
  const early = setImmediate(() => {
    if (res.headersSent || res.destroyed) return
    try {
      sending.begin()
      res.flushHeaders()
    } catch (error) {
      fail(error)
    }
  })
  const patience = (): void => {
    if (sending.writeTimeout > 0) res.socket?.setTimeout(sending.writeTimeout)
  }
  try {
    reader = body.getReader()
    let left = sending.length ?? Number.POSITIVE_INFINITY
    for (;;) {
      const { done, value } = await reader.read()
      if (res.destroyed || failed) return
      if (done) break
      left -= lengthOf(value)
      // A body longer than its announced length would be read as the next answer.
      if (left < 0) throw new RangeError('The stream of an answer is longer than its content-length.')
      if (!res.headersSent) sending.begin()
      if (res.write(value)) continue
      const { promise, resolve } = Promise.withResolvers<void>()
      drained = resolve
      patience()
      await promise
      if (res.destroyed) return
      res.socket?.setTimeout(0)
    }
    if (left > 0 && sending.length !== undefined) {
      throw new RangeError('The stream of an answer is shorter than its content-length.')
    }
    if (!res.headersSent) sending.begin()
    sending.beforeEnd()
    res.end()
    if (res.writableLength > 0) patience()
  } catch (error) {
    fail(error)
  } finally {
    clearImmediate(early)
  }
}

function lengthOf(chunk: unknown): number {
  if (!(chunk instanceof Uint8Array)) throw new TypeError('The stream of an answer has a chunk that is no Uint8Array.')
  return chunk.byteLength
}
