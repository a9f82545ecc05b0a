/** The pages for a document of another make, on a server that is no app. */
import { readFile } from 'node:fs/promises'
import { docsRoutes } from 'sallyport/docs'

const openapi = new URL('legacy.openapi.json', import.meta.url)

const pages = new Map(
  docsRoutes({ title: 'Legacy', redocUrl: null }).map(({ path, handler }) => [
    path,
    handler,
  ]),
)

export async function fetch(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/openapi.json')
    return Response.json(JSON.parse(await readFile(openapi, 'utf8')))
  const page = pages.get(pathname)
  if (!page) return new Response('Not Found', { status: 404 })
  return page({
    acceptEncoding: request.headers.get('accept-encoding') ?? undefined,
    ifNoneMatch: request.headers.get('if-none-match') ?? undefined,
  })
}
