import { isHost } from '../../host.ts'
import { refuseTarget } from '../../target.ts'

/** What a request asks for, or why it is refused before the app sees it. */
export type Asked =
  | { readonly target: string; readonly status?: undefined }
  | { readonly status: number; readonly detail: string }

const refused = (status: number, detail: string): Asked => ({ status, detail })
const INVALID_HOST = refused(400, 'Invalid Host header')
const NO_TUNNELS = refused(501, 'Not Implemented')
const CODING_UNKNOWN = refused(501, 'Transfer-Encoding is not supported')
const NO_PATH = 'The request target must be a path'

/**
 * The target of a request that a server of a runtime has made, as near to what was sent as its URL lets one come; or why it is
 * refused, as on Node.
 *
 * @param named whether the authority of the URL is that of the request line where it has one, instead of what `Host` says: then the
 * two must be the same.
 * @see https://www.rfc-editor.org/rfc/rfc9112.html#section-3.2
 */
export function askedOf(request: Request, named: boolean): Asked {
  const { method, headers, url } = request
  if (method === 'CONNECT') return NO_TUNNELS
  const host = headers.get('host')
  // Two lines of it come as one, with a comma.
  if (host !== null && !isHost(host)) return INVALID_HOST
  if (method !== 'GET' && method !== 'HEAD') {
    const coding = headers.get('transfer-encoding')
    if (coding !== null && coding.toLowerCase() !== 'chunked') return CODING_UNKNOWN
  }
  let start = 0
  // Without a Host, as HTTP/1.0 may go, Bun's URL is the target alone.
  if (url.charCodeAt(0) !== SLASH || host !== null) {
    const authority = url.indexOf('://') + 3
    start = url.indexOf('/', authority)
    if (authority < 3 || start === -1) return refused(400, NO_PATH)
    if (named) {
      const name = url.slice(authority, start)
      if (host === null ? !isHost(name) : name !== host)
        return refused(400, host === null ? 'Invalid Host header' : NO_PATH)
    }
  }
  const target = start === 0 ? url : url.slice(start)
  const wrong = refuseTarget(target)
  return wrong === undefined ? { target } : refused(400, wrong)
}

const SLASH = 0x2f
