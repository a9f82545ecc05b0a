import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { HTTPException } from '../../exceptions.ts'
import { reasonPhrase } from '../../status.ts'
import { assertNames } from '../option-values.ts'
import { fileResponse } from './file-response.ts'
import { isDirectory, locate, type Reach } from './locate-file.ts'

/** Options of {@link staticFiles}. */
export interface StaticFilesOptions extends Reach {
  /** The file that stands for its directory; `index.html`. With null a directory is 404. */
  readonly index?: string | null
  /** Seconds that an answer may be used again without asking; without it a cache asks each time, and gets a 304. */
  readonly maxAge?: number
}

/** Answers a request with a file. */
export type StaticFilesHandler = (request: Request) => Promise<Response>

const NAMES: ReadonlySet<string> = new Set<keyof StaticFilesOptions>([
  'index',
  'maxAge',
  'dotfiles',
  'allowSymlinksOutside',
])

/**
 * Serves the files below a directory, to be mounted in an app or called by itself.
 *
 * No path leaves the directory, symbolic links included; names that begin with a dot are not served, and there is no listing. Files that
 * users have uploaded are better given out by `fileResponse` with `disposition: 'attachment'`: here an HTML file is a page of this origin.
 *
 * @param directory the directory; it must be there.
 * @param options index file, caching, and what else may be reached.
 * @throws TypeError for a wrong option, or when there is no such directory.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { staticFiles } from 'sallyport/node'
 *
 * const app = new App()
 * app.mount('/static', staticFiles(import.meta.dirname, { maxAge: 3600 }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-13
 */
export function staticFiles(directory: string | URL, options: StaticFilesOptions = {}): StaticFilesHandler {
  const root = typeof directory === 'string' ? directory : fileURLToPath(directory)
  assertNames('staticFiles', options, NAMES)
  const { index = 'index.html', maxAge } = options
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new TypeError(
      `staticFiles: there is no directory ${root}. Make it, or give its path from the file: new URL('static', import.meta.url).`,
    )
  }
  if (index !== null && !/^[^/\\\0]+$/.test(index)) {
    throw new TypeError('staticFiles: index is the name of a file, such as index.html, or null.')
  }
  if (maxAge !== undefined && !(Number.isSafeInteger(maxAge) && maxAge >= 0)) {
    throw new TypeError(`staticFiles: maxAge is a whole number of seconds, not ${String(maxAge)}.`)
  }

  const find = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url)
    const steps = pathname.slice(1).split('/')
    const names = steps.map(decode)
    // An empty last step is a directory's slash.
    const slash = names.at(-1) === ''
    if (slash) names.pop()
    const real = await locate(root, names, options)
    if (real === undefined) return refuse(404)
    let path = names.join('/')
    if (await isDirectory(real)) {
      if (index === null || (await locate(root, [...names, index], options)) === undefined) return refuse(404)
      // Links in the page are relative to its directory. The way there is relative too: a prefix in front is not ours to know.
      if (!slash) return new Response(null, { status: 307, headers: { location: `./${steps.at(-1)}/${search}` } })
      path = [...names, index].join('/')
    } else if (slash) {
      return refuse(404)
    }
    const { dotfiles = false, allowSymlinksOutside = false } = options
    return fileResponse(
      path,
      { root, dotfiles, allowSymlinksOutside, ...(maxAge === undefined ? {} : { maxAge }) },
      request,
    )
  }

  return async (request) => {
    // RFC 9110 §15.5.6: a 405 names what is allowed.
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, { allow: 'GET, HEAD' })
    try {
      return await find(request)
    } catch (error) {
      if (error instanceof HTTPException) return refuse(error.status, error.headers as Record<string, string>)
      throw error
    }
  }
}

/** A step of a path, decoded once; what can't be decoded, or becomes a path of its own, is no name. */
function decode(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return '..' // which no name may be
  }
}

function refuse(status: number, headers: Record<string, string> = {}): Response {
  return Response.json({ detail: reasonPhrase(status) }, { status, headers })
}
