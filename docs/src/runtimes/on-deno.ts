import { type ServeOptions, type Server, serve } from 'sallyport/deno'
import app from './main.ts'

export function start(options: ServeOptions = { port: 8000 }): Promise<Server> {
  return serve(app, options)
}

if (import.meta.main) {
  const server = await start()
  console.log(`Listening on ${server.url}`)
}
