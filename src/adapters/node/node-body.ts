import type { IncomingMessage } from 'node:http'
import { HTTPException } from '../../exceptions.ts'
import { bodyTooLarge } from '../../incoming.ts'

/** A client that went away in the middle of its body; the answer is for the log, nobody is there to read it. */
const interrupted = (): HTTPException => new HTTPException(400, 'The body ended too early')

/** Reads a whole body; 413 as soon as it is longer than `limit` bytes, and then no byte more of it is read. */
export function collectBody(req: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (req.destroyed) {
      reject(interrupted())
      return
    }
    let body: Buffer | undefined
    let length = 0
    let settled = false
    req.on('data', (chunk: Buffer) => {
      if (settled) return
      const start = length
      length += chunk.byteLength
      if (length > limit) {
        settled = true
        req.pause()
        reject(bodyTooLarge(limit))
      } else if (body === undefined) {
        body = chunk
      } else {
        // One growing buffer: a body sent in chunks of one byte must not cost an object for each.
        if (length > body.byteLength) body = grown(body, start, length, limit)
        body.set(chunk, start)
      }
    })
    // The listeners go with the request; taking them off costs more than they do.
    req.on('end', () => {
      settled = true
      resolve(body === undefined ? new Uint8Array() : length === body.byteLength ? body : body.subarray(0, length))
    })
    req.on('close', () => {
      if (!settled) reject(interrupted())
    })
  })
}

function grown(body: Buffer, used: number, needed: number, limit: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.min(limit, Math.max(needed * 2, 16_384)))
  larger.set(body.subarray(0, used))
  return larger
}

/**
 * A body as a stream. The request is touched only when the first chunk is asked for, and no faster than chunks are.
 *
 * @param take called before the first read; throws when the body is not to be had any more.
 */
export function streamBody(req: IncomingMessage, take: () => void): ReadableStream<Uint8Array> {
  let taken = false
  let stop = (): void => {}
  const connect = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    take()
    taken = true
    if (req.destroyed) throw interrupted()
    const onData = (chunk: Buffer): void => {
      controller.enqueue(chunk)
      req.pause()
    }
    const onEnd = (): void => {
      stop()
      controller.close()
    }
    const onClose = (): void => {
      stop()
      controller.error(interrupted())
    }
    stop = () => {
      req.off('data', onData)
      req.off('end', onEnd)
      req.off('close', onClose)
    }
    req.on('data', onData)
    req.on('end', onEnd)
    req.on('close', onClose)
  }
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (!taken) connect(controller)
        req.resume()
      },
      cancel() {
        stop()
        if (taken) req.pause()
      },
    },
    { highWaterMark: 0 },
  )
}
