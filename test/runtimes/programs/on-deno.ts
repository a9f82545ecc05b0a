import { type ServeOptions, serve } from 'sallyport/deno'
import { PasswordHash } from 'sallyport/password'
import { makeApp } from './accounts.ts'

const options: ServeOptions = JSON.parse(process.env.SERVE_OPTIONS ?? '{}')
const server = await serve(makeApp(PasswordHash.recommended()), {
  port: options.unix ? undefined : 0,
  ...options,
} as ServeOptions)
console.log(`listening on ${server.url}`)
