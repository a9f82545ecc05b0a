import { type JSONObject, parseJSONObject } from './json.ts'

/** The limits of one fetch; times in milliseconds, sizes in bytes. */
export interface FetchLimits {
  readonly allowHTTP: boolean
  readonly timeout: number
  readonly maxSize: number
  readonly maxKeys: number
  readonly maxRedirects: number
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
}

/** Reads the configured address; throws TypeError for one that is not safe to take keys from. */
export function jwksAddress(uri: string | URL, allowHTTP: boolean): URL {
  let url: URL
  try {
    url = new URL(uri)
  } catch {
    throw new TypeError('uri: expected an absolute https address')
  }
  if (url.username !== '' || url.password !== '') throw new TypeError('uri: credentials belong into headers')
  if (!isSafe(url, allowHTTP)) {
    throw new TypeError('uri: expected https; dangerouslyAllowHTTP lets anyone on the way forge keys')
  }
  url.hash = ''
  return url
}

/** Fetches a JSON object within the limits; rejects with an Error that says which one was met. */
export async function fetchJWKS(uri: URL, limits: FetchLimits): Promise<JSONObject> {
  // One signal for all hops and the body: a slow trickle of bytes is a slow answer too.
  const signal = AbortSignal.timeout(limits.timeout)
  let url = uri
  for (let hops = 0; ; hops++) {
    const { headers } = limits
    const response = await limits.fetch(url.href, { method: 'GET', redirect: 'manual', headers, signal })
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
    if (location === null) return readObject(response, limits.maxSize)
    await response.body?.cancel()
    if (hops >= limits.maxRedirects) throw new Error('The JWKS address redirects more often than maxRedirects allows')
    url = new URL(location, url)
    if (!isSafe(url, limits.allowHTTP)) throw new Error('The JWKS address redirects to another scheme than https')
    // What is sent along was meant for the configured host.
    if (url.origin !== uri.origin && Object.keys(headers).length > 1) {
      throw new Error('The JWKS address redirects to another origin, which must not see the configured headers')
    }
  }
}

function isSafe(url: URL, allowHTTP: boolean): boolean {
  return url.protocol === 'https:' || (allowHTTP && url.protocol === 'http:')
}

async function readObject(response: Response, maxSize: number): Promise<JSONObject> {
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`The JWKS address answered with status ${response.status}`)
  }
  const bytes = await readBytes(response, maxSize)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error('The JWKS document is not UTF-8')
  }
  const object = parseJSONObject(text)
  if (object === undefined) throw new Error('The JWKS document is not one strict JSON object')
  return object
}

async function readBytes(response: Response, maxSize: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  while (reader !== undefined) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    // Counted as it comes: Content-Length is only what the other side says.
    if (size > maxSize) {
      await reader.cancel()
      throw new Error('The JWKS document is longer than maxSize')
    }
    chunks.push(value)
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}
