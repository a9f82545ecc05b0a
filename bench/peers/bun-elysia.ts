/** Elysia on Bun, which it is made for. */
import { PORT } from './contract.ts'
import { elysiaApp } from './elysia-app.ts'

elysiaApp().listen({ port: PORT, hostname: '127.0.0.1' })
