/** Hono on Bun. */

import { listen } from './bun-listen.ts'
import { PORT } from './contract.ts'
import { honoApp } from './hono-app.ts'

listen({ port: PORT, hostname: '127.0.0.1', fetch: honoApp(false).fetch })
