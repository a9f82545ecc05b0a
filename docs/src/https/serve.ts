import { readFileSync } from 'node:fs'
import { type ServeOptions, type Server, serve } from 'sallyport/node'
import app from './main.ts'

/** Serves the app with the certificate in the working directory. */
export function start(options: ServeOptions = {}): Promise<Server> {
  return serve(app, {
    hostname: '0.0.0.0',
    port: 443,
    tls: {
      key: readFileSync('privkey.pem'),
      cert: readFileSync('fullchain.pem'),
      minVersion: 'TLSv1.2',
    },
    ...options,
  })
}

if (import.meta.main) await start()
