import app from './main.ts'

const OLD = process.env.OLD_URL ?? 'http://127.0.0.1:8001'

// #region forward
/** Headers of one connection, not handed on (RFC 9110 §7.6.1), and the host. */
const OWN = [
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

function handedOn(from: Headers): Headers {
  const headers = new Headers(from)
  const named = from.get('connection')?.match(/[\w!#$%&'*+.^`|~-]+/g) ?? []
  for (const name of [...OWN, ...named]) headers.delete(name)
  return headers
}

/** Hands a request on as it is, and its answer back. */
function forward(prefix: string) {
  return async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url) // without the prefix
    const headers = handedOn(request.headers)
    headers.set('accept-encoding', 'identity') // or fetch would unpack the answer
    const { method, body, signal } = request
    const answer = await fetch(OLD + prefix + pathname + search, {
      method,
      headers,
      signal,
      redirect: 'manual',
      ...(body ? { body, duplex: 'half' as const } : {}),
    })
    return new Response(answer.body, {
      status: answer.status,
      headers: handedOn(answer.headers),
    })
  }
}

for (const prefix of ['/reports', '/invoices']) app.mount(prefix, forward(prefix))
// #endregion forward

export default app
