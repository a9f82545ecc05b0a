import type { IncomingMessage, ServerResponse } from 'node:http'
import { isHost } from '../../host.ts'
import { refuseTarget } from '../../target.ts'
import { closeLingering } from './linger.ts'

/** An answer given before the application sees anything of the request. */
export interface Refusal {
  readonly status: number
  readonly detail: string
}

const refusal = (status: number, detail: string): Refusal => ({ status, detail })

/** Headers that are one line by their nature, by the length of their names: no two have the same. */
const SINGLE: readonly ({ readonly name: string; readonly bit: number; readonly refusal: Refusal } | undefined)[] =
  (() => {
    const rows = new Array(20).fill(undefined)
    const names = [
      'host',
      'authorization',
      'content-type',
      'content-length',
      'transfer-encoding',
      'proxy-authorization',
    ]
    for (const [index, name] of names.entries()) {
      rows[name.length] = { name, bit: 1 << index, refusal: refusal(400, `More than one ${name} header`) }
    }
    return rows
  })()

const TOO_MANY_HEADERS = refusal(431, 'Too many headers')
const VERSION_UNKNOWN = refusal(505, 'HTTP Version Not Supported')
const INVALID_HOST = refusal(400, 'Invalid Host header')
const CODING_UNKNOWN = refusal(501, 'Transfer-Encoding is not supported')
const FAULTY_FRAMING = refusal(400, 'Invalid Transfer-Encoding')

/**
 * What is wrong with a request in the eyes of any server, or undefined.
 *
 * Of two lines of a header that is one by its nature, `node:http` takes the first and drops the other in silence; a proxy or a
 * cache in front may take the last. So two are refused, the same value twice included.
 *
 * @param maxHeaders most header lines; the parser must be told to keep one more, because it drops what is over its own limit.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-5.3
 * @see https://www.rfc-editor.org/rfc/rfc9112.html#section-3.2
 */
export function refuseRequest(req: IncomingMessage, maxHeaders: number): Refusal | undefined {
  // The parser also reads `HTTP/2.0` and `HTTP/0.9` in a request line that can only be of HTTP/1.
  if (req.httpVersionMajor !== 1) return VERSION_UNKNOWN
  const raw = req.rawHeaders
  if (raw.length > maxHeaders * 2) return TOO_MANY_HEADERS
  let seen = 0
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string
    const row = name.length < SINGLE.length ? SINGLE[name.length] : undefined
    if (row === undefined || (name !== row.name && name.toLowerCase() !== row.name)) continue
    if ((seen & row.bit) !== 0) return row.refusal
    seen |= row.bit
  }
  const { headers } = req
  // RFC 9112 §3.2: more than one Host, none in HTTP/1.1, or an invalid one is 400. HTTP/1.0 may go without.
  const { host } = headers
  if (host === undefined ? req.httpVersionMinor > 0 : !isHost(host)) return INVALID_HOST
  const coding = headers['transfer-encoding']
  if (coding !== undefined) {
    // RFC 9112 §6.1: Transfer-Encoding in HTTP/1.0 is faulty framing; a coding that is not known is 501.
    if (req.httpVersionMinor === 0) return FAULTY_FRAMING
    if (coding.toLowerCase() !== 'chunked') return CODING_UNKNOWN
  }
  // Express rewrites `url` and keeps what came in.
  const { originalUrl } = req as { originalUrl?: string }
  if (originalUrl !== undefined && originalUrl !== req.url) {
    const wrong = refuseTarget(originalUrl)
    if (wrong !== undefined) return refusal(400, wrong)
  }
  const wrong = refuseTarget(req.url as string)
  return wrong === undefined ? undefined : refusal(400, wrong)
}

/** Answers a refused request and closes its connection: what follows on it can't be trusted to be what it seems. */
export function answerRefusal(req: IncomingMessage, res: ServerResponse, { status, detail }: Refusal): void {
  closeLingering(req)
  const body = JSON.stringify({ detail })
  res.writeHead(status, [
    'content-type',
    'application/json',
    'content-length',
    String(Buffer.byteLength(body)),
    'connection',
    'close',
  ])
  res.end(body)
}
