import { readFileSync } from 'node:fs'
import { type ServeOptions, type Server, serve } from 'sallyport/node'
import app from './main.ts'

/** Serves the app to clients that have a certificate of our CA. */
export function start(
  options: ServeOptions = { port: Number(process.env.PORT ?? 8443) },
): Promise<Server> {
  const [key, cert, ca] = ['server.key', 'server.pem', 'ca.pem'].map((file) =>
    readFileSync(file),
  )
  return serve(app, {
    ...options,
    tls: { key, cert, ca, requestCert: true, rejectUnauthorized: false },
  })
}

if (process.argv[1] === import.meta.filename) await start()
