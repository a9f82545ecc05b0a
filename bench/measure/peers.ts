/** Which servers there are, and how each is started. */
import { fileURLToPath } from 'node:url'

export const bun: string = fileURLToPath(new URL('../node_modules/bun/bin/bun.exe', import.meta.url))
/** Debian's, whatever other Pythons there are: it has the packages. */
export const python = '/usr/bin/python3'

/** A server: what runs it, which file, in which form. */
export interface Peer {
  readonly program: 'node' | 'bun' | 'python'
  readonly file: string
  readonly variant?: string
}

const node = (file: string, variant?: string): Peer => ({
  program: 'node',
  file,
  ...(variant === undefined ? {} : { variant }),
})

/** The servers by the names that the results have. */
export const PEERS: Readonly<Record<string, Peer>> = {
  sallyport: node('sallyport.ts'),
  bare: node('bare.ts', 'open'),
  'bare-verify': node('bare.ts', 'verify'),
  'bare-cache': node('bare.ts', 'cache'),
  fastify: node('fastify.ts'),
  'fastify-cache': node('fastify.ts', 'cache'),
  hono: node('hono.ts'),
  'hono-cache': node('hono.ts', 'cache'),
  elysia: node('elysia.ts'),
  h3: node('h3.ts'),
  express: node('express.ts'),
  // Compiled by prepare.ts: Node runs no decorators.
  nest: node('../node_modules/.cache/nest.mjs'),
  fastapi: { program: 'python', file: 'fastapi-app.py' },
  'sallyport-bun': { program: 'bun', file: 'bun-sallyport.ts' },
  'bun-bare': { program: 'bun', file: 'bun-bare.ts' },
  'bun-hono': { program: 'bun', file: 'bun-hono.ts' },
  'bun-elysia': { program: 'bun', file: 'bun-elysia.ts' },
  'sallyport-dependencies': node('sallyport-dependencies.ts'),
  ...Object.fromEntries(
    ['sallyport', 'fastify', 'hono'].flatMap((framework) =>
      [10, 1000, 10_000].map((count) => [`${framework}-${count}`, node('operations.ts', `${framework}:${count}`)]),
    ),
  ),
}
