import type { Reply } from '../../reply.ts'
import type { ResponseInits } from '../../response-inits.ts'

/**
 * RFC 9112 §6: how a message is framed is between the server and its client. The runtime frames it, also where an answer that was
 * fetched elsewhere is passed on.
 */
const FRAMING: ReadonlySet<string> = new Set(['transfer-encoding', 'keep-alive', 'upgrade'])
/** What can be a length. */
export const LENGTH: RegExp = /^\d{1,15}$/

/**
 * A reply as a web `Response`, without its {@link Reply.after}.
 *
 * @param body what is sent: the reply's own, null, or a stream over it.
 * @param inits where its only header is its type.
 * @throws TypeError for a header that HTTP does not allow.
 */
export function contentOf({ status, headers }: Reply, body: Reply['body'], inits: ResponseInits): Response {
  if (headers.length === 2 && headers[0] === 'content-type') {
    return new Response(body as BodyInit | null, inits.of(status, headers[1] as string))
  }
  const lines = new Headers()
  const whole = body !== null && !(body instanceof ReadableStream)
  let typed = false
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    const value = headers[i + 1] as string
    if (FRAMING.has(name)) continue
    // The runtime counts what is whole; of what is not, a wrong length would be read as a part of the next answer.
    if (name === 'content-length' && (whole || !LENGTH.test(value))) continue
    if (name === 'content-type') typed = true
    lines.append(name, value)
  }
  // A Response makes text/plain of text for which nobody has named a type.
  const sent = typeof body === 'string' && !typed ? new TextEncoder().encode(body) : body
  return new Response(sent as BodyInit | null, { status, headers: lines })
}
