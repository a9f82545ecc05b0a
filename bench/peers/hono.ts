/** Hono on its Node server. `cache` is what one would write by hand: Hono has no cache of tokens. */
import { serve } from '@hono/node-server'
import { PORT, VARIANT } from './contract.ts'
import { honoApp } from './hono-app.ts'

serve({ fetch: honoApp(VARIANT === 'cache').fetch, port: PORT, hostname: '127.0.0.1' })
