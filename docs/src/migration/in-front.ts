import app from './main.ts'

const OLD = process.env.OLD_URL ?? 'http://127.0.0.1:8001'

// #region forward
/** Hands a request on as it is, and its answer back. */
function forward(prefix: string) {
  return (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url) // without the prefix
    const headers = new Headers(request.headers)
    headers.delete('host')
    headers.delete('connection')
    headers.set('accept-encoding', 'identity') // or fetch would unpack the answer
    const { method, body } = request
    return fetch(OLD + prefix + pathname + search, {
      method,
      headers,
      redirect: 'manual',
      ...(body ? { body, duplex: 'half' as const } : {}),
    })
  }
}

for (const prefix of ['/reports', '/invoices']) app.mount(prefix, forward(prefix))
// #endregion forward

export default app
