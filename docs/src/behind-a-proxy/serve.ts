import { type ServeOptions, type Server, serve } from 'sallyport/node'
import app from './main.ts'

/** Serves the app to a proxy on this machine, which takes `/api/v1` off the path. */
export function start(options: ServeOptions = {}): Promise<Server> {
  return serve(app, {
    port: 8000,
    trustProxy: ['loopback'],
    rootPath: '/api/v1',
    keepAliveTimeout: 75,
    ...options,
  })
}

if (import.meta.main) await start()
