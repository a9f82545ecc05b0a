import type { Reply } from '../../reply.ts'

/**
 * RFC 9112 §6: how a message is framed is between the server and its client. The runtime frames it, also where an answer that was
 * fetched elsewhere is passed on.
 */
const FRAMING: ReadonlySet<string> = new Set(['transfer-encoding', 'keep-alive', 'upgrade'])
const LENGTH = /^\d{1,15}$/

/**
 * A reply as a web `Response`, without its {@link Reply.after}.
 *
 * @param body what is sent: the reply's own, null, or a stream over it.
 * @throws TypeError for a header that HTTP does not allow.
 */
export function contentOf({ status, headers }: Reply, body: Reply['body']): Response {
  // Most answers have one header; two names are the only ones that a plain object need not be asked for.
  if (headers.length === 2 && headers[0] === 'content-type') {
    return new Response(body as BodyInit | null, { status, headers: { 'content-type': headers[1] as string } })
  }
  const lines: [string, string][] = []
  const whole = body !== null && !(body instanceof ReadableStream)
  let typed = false
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    const value = headers[i + 1] as string
    if (FRAMING.has(name)) continue
    // The runtime counts what is whole; of what is not, a wrong length would be read as a part of the next answer.
    if (name === 'content-length' && (whole || !LENGTH.test(value))) continue
    if (name === 'content-type') typed = true
    lines.push([name, value])
  }
  // A Response makes text/plain of text for which nobody has named a type.
  const sent = typeof body === 'string' && !typed ? new TextEncoder().encode(body) : body
  return new Response(sent as BodyInit | null, { status, headers: lines })
}

/** Who is told what becomes of a stream. */
export interface Watch {
  /** Takes what went wrong. */
  readonly failed: (error: unknown) => void
  /** Called when nobody wants the rest. */
  readonly cancelled: () => void
  /** Called once: when all of it was taken, when it failed, or when nobody wants it any more. */
  readonly ended: () => void
}

/**
 * A stream, watched: it makes nothing before it is asked for, holds its announced length, and its end is told exactly once.
 *
 * @param headers of the answer, which may announce a length.
 */
export function watched(
  body: ReadableStream<Uint8Array>,
  headers: readonly string[],
  { failed, cancelled, ended }: Watch,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const at = headers.findIndex((text, i) => i % 2 === 0 && text === 'content-length')
  const announced = at === -1 ? '' : (headers[at + 1] as string)
  let left = LENGTH.test(announced) ? Number(announced) : Number.POSITIVE_INFINITY
  let open = true
  const end = (): void => {
    if (!open) return
    open = false
    ended()
  }
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!open) return
        if (!done) {
          if (!(value instanceof Uint8Array))
            throw new TypeError('The stream of an answer has something that is no bytes.')
          left -= value.byteLength
          if (left < 0) throw new RangeError('The stream of an answer is longer than its content-length.')
          controller.enqueue(value)
          return
        }
        if (left > 0 && left !== Number.POSITIVE_INFINITY)
          throw new RangeError('The stream of an answer is shorter than its content-length.')
        controller.close()
        end()
      } catch (error) {
        failed(error)
        reader.cancel(error).catch(() => {}) // it may be what failed
        controller.error(error)
        end()
      }
    },
    async cancel(reason) {
      cancelled()
      try {
        await reader.cancel(reason)
      } catch (error) {
        failed(error)
      }
      end()
    },
  }
  return new ReadableStream(source, { highWaterMark: 0 })
}
