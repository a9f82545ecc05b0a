import { once } from 'node:events'
import { request as send } from 'node:http'
import type { App } from 'sallyport'
import { type Server, serve } from 'sallyport/node'
import type { Case, CaseRequest } from './cases.ts'
import type { Send } from './run-case.ts'

/** An app on a socket, behind what would be the proxy of a case: it takes the prefix off, and says the scheme. */
export async function serveCase(app: App, given: Case): Promise<Server & { send: Send }> {
  const [first] = 'steps' in given ? given.steps : [given]
  const rootPath = first?.request.root_path ?? ''
  const server = await serve(app, { port: 0, installSignalHandlers: false, trustProxy: ['loopback'], rootPath })
  return Object.assign(server, { send: (...args: Parameters<Send>) => sendTo(server, ...args) })
}

/** `fetch` writes a Host of its own. */
async function sendTo(
  server: Server,
  path: string,
  init: RequestInit,
  { scheme, host }: CaseRequest,
): Promise<Response> {
  const asked = new Request(new URL(path, server.url), init)
  const headers = [
    ...asked.headers,
    ...(scheme ? [['x-forwarded-proto', scheme]] : []),
    ...(host ? [['host', host]] : []),
  ]
  const body = Buffer.from(await asked.arrayBuffer())
  const target = asked.url.slice(server.url.length)
  const framed = body.length > 0 ? { 'content-length': body.length } : {}
  const request = send(server.url, {
    method: asked.method,
    path: target,
    agent: false,
    headers: { ...Object.fromEntries(headers), ...framed },
  })
  request.end(body)
  const [answer] = await once(request, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  const lines: [string, string][] = []
  for (let i = 0; i < answer.rawHeaders.length; i += 2) lines.push([answer.rawHeaders[i], answer.rawHeaders[i + 1]])
  const empty = answer.statusCode === 204 || answer.statusCode === 304
  return new Response(empty ? null : Buffer.concat(chunks), { status: answer.statusCode, headers: lines })
}
