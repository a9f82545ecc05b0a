import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { bun } from './peers.ts'

/** What the figures were measured on: a class of machine, not one with a name. */
export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly versions: readonly { readonly name: string; readonly version: string }[]
}

const PACKAGES = ['fastify', '@fastify/jwt', 'hono', '@hono/node-server', 'elysia', '@elysiajs/node', 'h3', 'express']
const MORE = ['passport-jwt', '@nestjs/core', 'zod']

export function machineOf(): Machine {
  const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  const packages = [...PACKAGES, ...MORE].flatMap((name) => {
    try {
      const text = readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')
      return [{ name, version: (JSON.parse(text) as { version: string }).version }]
    } catch {
      return []
    }
  })
  const programs = [
    { name: 'Bun', version: output(bun, ['--version']) },
    { name: 'FastAPI', version: output('/usr/bin/python3', ['-c', 'import fastapi; print(fastapi.__version__)']) },
    { name: 'uvicorn', version: output('/usr/bin/python3', ['-c', 'import uvicorn; print(uvicorn.__version__)']) },
  ].filter(({ version }) => version !== '')
  return {
    // Not availableParallelism(): this process is bound to one of them.
    cores: cpus().length,
    processor: cpus()[0]?.model.replaceAll(/\((?:R|TM)\)/g, '') ?? process.arch,
    versions: [
      { name: 'Sallyport', version: own.version },
      { name: 'Node', version: process.versions.node },
      ...packages,
      ...programs,
    ],
  }
}

function output(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return ''
  }
}
