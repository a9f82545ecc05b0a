/** One file that the docs pages load, and the answer to a request for it. */

/** A file of Swagger UI or ReDoc, kept compressed in a module of its own that is loaded on first use. */
export interface Asset {
  /** Its name, with a hash of its content: a name never stands for another content, so it may be cached for ever. */
  readonly file: string
  /** SHA-256 of the content, in hexadecimal. */
  readonly sha256: string
  readonly mediaType: string
  /** The length of the content, in bytes, not compressed. */
  readonly size: number
  /** Imports the module that has the content: gzip, as base64. */
  readonly load: () => Promise<{ readonly gzip: string }>
}

/** What the answer to a request for a page or a file depends on. */
export interface DocsRequest {
  /** The value of `Accept-Encoding`; with `gzip` in it a file is sent as it is kept. */
  readonly acceptEncoding?: string | undefined
  /** The value of `If-None-Match`; a file whose entity tag is in it is answered with 304. */
  readonly ifNoneMatch?: string | undefined
}

/** Cloudflare's Workers compress what says that it is compressed, and their edge what clients take compressed. */
const ENCODES_ITSELF = globalThis.navigator?.userAgent === 'Cloudflare-Workers'

const loaded = new Map<Asset, Promise<Uint8Array<ArrayBuffer>>>()

/** Answers with the file: compressed if the client takes gzip, 304 if the client has it. */
export async function answerAsset(asset: Asset, request: DocsRequest): Promise<Response> {
  const compressed = acceptsGzip(request.acceptEncoding) && !ENCODES_ITSELF
  // RFC 9110 §8.8.1: a strong entity tag differs between the encodings of one resource.
  const etag = compressed ? `"${asset.sha256}.gzip"` : `"${asset.sha256}"`
  const headers = new Headers({
    'cache-control': 'public, max-age=31536000, immutable',
    etag,
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  })
  if (matches(request.ifNoneMatch, etag)) return new Response(null, { status: 304, headers })

  const gzip = await bytesOf(asset)
  headers.set('content-type', asset.mediaType)
  headers.set('content-length', String(compressed ? gzip.byteLength : asset.size))
  if (!compressed) {
    const content = new Blob([gzip]).stream().pipeThrough(new DecompressionStream('gzip'))
    return new Response(content, { headers })
  }
  headers.set('content-encoding', 'gzip')
  return new Response(gzip, { headers })
}

function bytesOf(asset: Asset): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = loaded.get(asset)
  if (bytes === undefined) {
    bytes = asset.load().then(({ gzip }) => Uint8Array.from(atob(gzip), (character) => character.charCodeAt(0)))
    loaded.set(asset, bytes)
    // A failed import is tried again at the next request; this one gets the rejection from its own await.
    bytes.catch(() => loaded.delete(asset))
  }
  return bytes
}

/** Whether gzip is acceptable: RFC 9110 §12.5.3, with a weight of 0 meaning "not acceptable". */
function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const weights = new Map<string, number>()
  for (const item of (acceptEncoding ?? '').split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(2)))
  }
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0
}

/** RFC 9110 §13.1.2: a list of tags or `*`, compared weakly. Ours have no comma, so the list can be split at commas. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
}
