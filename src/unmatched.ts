/** What a request is answered with that no operation and no mount takes. */
import { HTTPException } from './exceptions.ts'
import type { Incoming } from './incoming.ts'
import type { Reply } from './reply.ts'
import type { RouteTable } from './route-table.ts'

/** 405 where the path has other methods; a redirect where it is there with, or without, a slash at its end; else 404. */
export function unmatched(
  table: RouteTable<unknown>,
  { path, search, rootPath }: Incoming,
  redirectSlashes: boolean,
): Reply | HTTPException {
  const methods = table.methods(path)
  if (methods.length > 0) return new HTTPException(405, undefined, { headers: { allow: methods.join(', ') } })
  const other = path.endsWith('/') ? path.slice(0, -1) : `${path}/`
  // Two slashes at the start would name another host.
  if (redirectSlashes && other !== '' && !/^[/\\]{2}/.test(rootPath + other) && table.methods(other).length > 0) {
    const location = `${rootPath}${other}${search ? `?${search}` : ''}`
    return { status: 307, headers: ['location', location], body: null, after: undefined }
  }
  return new HTTPException(404)
}
