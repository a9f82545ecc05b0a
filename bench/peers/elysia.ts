/** Elysia on Node, with its adapter. */
import { node } from '@elysiajs/node'
import { PORT } from './contract.ts'
import { elysiaApp } from './elysia-app.ts'

elysiaApp(node()).listen({ port: PORT, hostname: '127.0.0.1' })
