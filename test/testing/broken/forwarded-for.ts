/** Whoever says that the request comes from this machine is let in. */
import { App, CurrentIncoming, dependency, HTTPException } from 'sallyport'
import type { Broken } from './case.ts'

const internal = dependency({ incoming: CurrentIncoming }, ({ incoming }) => {
  if (incoming.header('x-forwarded-for') !== '127.0.0.1') throw new HTTPException(403)
})
const app = new App()
app.get('/metrics', { dependencies: [internal] }, () => 'requests 1')

export default { app, holes: [['handler-ran', 'GET /metrics']], by: 'x-forwarded-for: 127.0.0.1' } satisfies Broken
