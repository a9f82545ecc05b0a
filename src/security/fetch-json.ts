import { type JSONObject, parseJSONObject } from '../jwt/json.ts'

/** The limits of one request to an authorization server. */
export interface FetchJSONLimits {
  /** How long it may take in milliseconds, the body included. */
  readonly timeout: number
  /** The longest accepted answer in bytes. */
  readonly maxSize: number
  /** What fetches. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
}

/**
 * The address of an endpoint of an authorization server, read strictly.
 *
 * @throws TypeError for a relative address, one that holds credentials, and one without TLS.
 */
export function endpointOf(address: unknown, allowHTTP: boolean, where: string): URL {
  const url = typeof address === 'string' || address instanceof URL ? URL.parse(address) : null
  if (url === null) throw new TypeError(`${where} is required: an absolute https address.`)
  if (url.username !== '' || url.password !== '')
    throw new TypeError(`${where} holds credentials. Use the option for them.`)
  if (url.protocol !== 'https:' && !(allowHTTP && url.protocol === 'http:')) {
    throw new TypeError(
      `${where} is an https address; with dangerouslyAllowHTTP anyone on the way could let tokens in.`,
    )
  }
  url.hash = ''
  return url
}

/**
 * Fetches one strict JSON object within the limits, without following a redirect.
 *
 * @param what names the address in messages; nothing of the answer is repeated in them.
 * @throws Error, by rejecting, which says which limit was met. It is for the log.
 */
export async function fetchJSON(
  url: URL,
  init: RequestInit,
  limits: FetchJSONLimits,
  what: string,
): Promise<JSONObject> {
  // One signal for the head and the body: a slow trickle of bytes is a slow answer too.
  const signal = AbortSignal.timeout(limits.timeout)
  const response = await limits.fetch(url.href, { ...init, redirect: 'manual', signal })
  if (response.status !== 200) {
    drop(response)
    throw new Error(`${what} answered with status ${response.status}`)
  }
  if (!/^application\/(?:[\w.-]+\+)?json[ \t]*(?:;|$)/i.test(response.headers.get('content-type') ?? '')) {
    drop(response)
    throw new Error(`${what} answered with something else than JSON`)
  }
  const object = parseJSONObject(await readText(response, limits.maxSize, what))
  if (object === undefined) throw new Error(`${what} answered with something else than one strict JSON object`)
  return object
}

/** Not awaited: the body of a clone is not cancelled before its twin is. */
function drop(response: Response): void {
  response.body?.cancel().catch(() => {})
}

async function readText(response: Response, maxSize: number, what: string): Promise<string> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let size = 0
  while (reader !== undefined) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    // Counted as it comes: Content-Length is only what the other side says.
    if (size > maxSize) {
      reader.cancel().catch(() => {})
      throw new Error(`${what} answered with more than maxSize`)
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}
