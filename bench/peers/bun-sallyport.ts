/** Ours on Bun: its own adapter where there is one, `app.fetch` otherwise. */
import { listen } from './bun-listen.ts'
import { PORT } from './contract.ts'
import { sallyport } from './sallyport-app.ts'

interface Adapter {
  serve(app: unknown, options: { readonly port: number; readonly hostname: string }): unknown
}

const { app } = await sallyport()
const name = 'sallyport/bun'
const adapter: Adapter | undefined = await import(name).catch(() => undefined)
const address = { port: PORT, hostname: '127.0.0.1' }
if (adapter) await adapter.serve(app, address)
else listen({ ...address, fetch: (request) => app.fetch(request) })
