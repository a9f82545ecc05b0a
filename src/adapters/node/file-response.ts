import { basename, isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HTTPException } from '../../exceptions.ts'
import type { Incoming } from '../../incoming.ts'
import { assertNames } from '../option-values.ts'
import { checkConditions, type ReadHeader, rangeOf, type Validators } from './conditional.ts'
import { contentDisposition } from './content-disposition.ts'
import { locate, openFound, type Reach } from './locate-file.ts'
import { mediaTypeOf } from './media-types.ts'
import type { OpenFile } from './open-file.ts'

/** Options of {@link fileResponse}. */
export interface FileResponseOptions extends Reach {
  /**
   * The directory that `path` is below. Give it whenever a part of `path` comes from a request: the path can't leave it, neither by `..`
   * nor by a symbolic link.
   */
  readonly root?: string | URL
  /** The media type; by the ending of the name, or `application/octet-stream`. */
  readonly mediaType?: string
  /** The name under which a browser saves the file; none. */
  readonly filename?: string
  /** Whether a browser shows the file or saves it; `attachment` with a `filename`, else `inline`. */
  readonly disposition?: 'inline' | 'attachment'
  /** Seconds that the answer may be used again without asking; without it a cache asks each time, and gets a 304. */
  readonly maxAge?: number
}

/** What of a request a file's answer depends on: a web `Request`, or an `Incoming`. */
export type FileRequest = Pick<Request, 'method' | 'headers'> | Pick<Incoming, 'method' | 'header'>

const NAMES: ReadonlySet<string> = new Set<keyof FileResponseOptions>([
  'root',
  'mediaType',
  'filename',
  'disposition',
  'maxAge',
  'dotfiles',
  'allowSymlinksOutside',
])

/**
 * A file as a response, streamed from the disk, with `ETag` and `Last-Modified`.
 *
 * @param path the file; relative to `root` where that is given.
 * @param options media type, name to save under, caching.
 * @param request answers its conditions (304, 412) and its range (206, 416), and HEAD without a body. Without it the whole file is sent.
 * @throws HTTPException 404 when there is no such file below `root`, or it is not to be reached.
 * @throws TypeError for a wrong option.
 * @example
 * ```ts
 * import { App, CurrentRequest, Path } from 'sallyport'
 * import { fileResponse } from 'sallyport/node'
 * import { z } from 'zod'
 *
 * const app = new App()
 * app.get('/reports/{name}', { params: { name: Path(z.string()), request: CurrentRequest } }, ({ name, request }) =>
 *   fileResponse(`${name}.pdf`, { root: '/srv/reports', filename: `${name}.pdf` }, request),
 * )
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-14
 */
export async function fileResponse(
  path: string | URL,
  options: FileResponseOptions = {},
  request?: FileRequest,
): Promise<Response> {
  assertNames('fileResponse', options, NAMES)
  const { root, filename, disposition = filename === undefined ? 'inline' : 'attachment', maxAge } = options
  if (maxAge !== undefined && !(Number.isSafeInteger(maxAge) && maxAge >= 0)) {
    throw new TypeError(`fileResponse: maxAge is a whole number of seconds, not ${String(maxAge)}.`)
  }
  const given = typeof path === 'string' ? path : fileURLToPath(path)
  const real = root === undefined ? given : await locateBelow(root, given, options)
  const file = real === undefined ? undefined : await openFound(real, { followLast: root === undefined })
  if (file === undefined) throw new HTTPException(404)

  const mediaType = options.mediaType ?? mediaTypeOf(filename ?? basename(given))
  const headers = new Headers({
    'content-type': mediaType,
    // A browser that guesses a type can take an uploaded picture for a page with scripts.
    'x-content-type-options': 'nosniff',
    'cache-control': maxAge === undefined ? 'no-cache' : `max-age=${maxAge}`,
  })
  if (disposition === 'attachment' || filename !== undefined) {
    headers.set('content-disposition', contentDisposition(disposition, filename))
  }
  return respond(file, headers, request)
}

function locateBelow(root: string | URL, path: string, reach: Reach): Promise<string | undefined> | undefined {
  if (isAbsolute(path)) return undefined
  return locate(typeof root === 'string' ? root : fileURLToPath(root), path.split('/'), reach)
}

/** Answers with an open file, and closes it: at once, or when its stream has ended. */
async function respond(file: OpenFile, headers: Headers, request: FileRequest | undefined): Promise<Response> {
  let streams = false
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new HTTPException(404)
    const size = Number(stat.size)
    const validators: Validators = {
      etag: `"${stat.mtimeNs.toString(36)}-${stat.size.toString(36)}"`,
      lastModified: Number(stat.mtimeNs / 1_000_000_000n) * 1000,
    }
    headers.set('etag', validators.etag)
    headers.set('last-modified', new Date(validators.lastModified).toUTCString())
    headers.set('accept-ranges', 'bytes')

    const header = readerOf(request)
    const method = request?.method ?? 'GET'
    const reads = method === 'GET' || method === 'HEAD'
    const failed = reads ? checkConditions(header, validators) : undefined
    if (failed === 304) return new Response(null, { status: 304, headers: withoutContent(headers) })
    if (failed === 412) throw new HTTPException(412)
    // RFC 9110 §14.2: only GET has ranges.
    const range = method === 'GET' ? rangeOf(header, size, validators) : undefined
    if (range === 'unsatisfiable') {
      throw new HTTPException(416, undefined, { headers: { 'content-range': `bytes */${size}` } })
    }
    const { first, last } = range ?? { first: 0, last: size - 1 }
    headers.set('content-length', String(last - first + 1))
    if (range !== undefined) headers.set('content-range', `bytes ${first}-${last}/${size}`)
    const status = range === undefined ? 200 : 206
    if (method === 'HEAD') return new Response(null, { status, headers })
    streams = true
    return new Response(file.stream(first, last + 1), { status, headers })
  } finally {
    if (!streams) await file.close()
  }
}

function readerOf(request: FileRequest | undefined): ReadHeader {
  if (request === undefined) return () => undefined
  if ('headers' in request) return (name) => request.headers.get(name) ?? undefined
  return (name) => request.header(name)
}

/** RFC 9110 §15.4.5: a 304 says what a cache needs, and nothing on the content. */
function withoutContent(headers: Headers): Headers {
  headers.delete('content-type')
  headers.delete('content-disposition')
  return headers
}
