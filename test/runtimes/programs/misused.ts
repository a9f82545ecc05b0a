/** Serves what cannot be served, and prints what it is told. */
import { App } from 'sallyport'
import { HTTPBearer, MutualTLS } from 'sallyport/security'

const { serve } = (await import(
  'Bun' in globalThis ? 'sallyport/bun' : 'sallyport/deno'
)) as typeof import('sallyport/bun')

const told = (app: App, options: object): Promise<unknown> =>
  serve(app, { port: 0, installSignalHandlers: false, ...options }).then(
    async (server) => {
      await server.close()
      return 'served'
    },
    (error: Error & { code?: string }) => `${error.name} ${error.code ?? ''}: ${error.message}`,
  )
const secured = new App()
const inner = new App()
inner.get('/certificate', { params: { certificate: new MutualTLS() } }, () => 'in')
secured.mount('/inner', inner)
const proxied = new App()
proxied.get(
  '/',
  { params: { certificate: new MutualTLS({ from: 'client-cert' }), token: new HTTPBearer() } },
  () => 'in',
)

const taken = await serve(new App(), { port: 0, installSignalHandlers: false })
const unix = process.env.SOCKET as string
const results = {
  certificate: await told(secured, {}),
  proxied: await told(proxied, { trustProxy: ['loopback'] }),
  unknown: await told(new App(), { prot: 1 }),
  port: await told(new App(), { port: 70_000 }),
  unix: await told(new App(), { unix: '' }),
  both: await told(new App(), { unix, port: 1 }),
  tls: await told(new App(), { tls: { cert: 'x' } }),
  taken: await told(new App(), { port: taken.port }),
  elsewhere: await told(new App(), { hostname: '203.0.113.7' }),
  aborted: await told(new App(), { signal: AbortSignal.abort() }),
}
await taken.close()
console.log(JSON.stringify({ ...results, port_taken: taken.port }))
