/** Every example: its document against what it does, and an attack on it. */
import { existsSync, readdirSync } from 'node:fs'
import type { App } from 'sallyport'
import { serve } from 'sallyport/node'
import { type AttackOptions, attack } from 'sallyport/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Folder } from '../cli/folder.ts'
import { type ProveOptions, proveDocument, type Wallet } from './document.ts'
import { NOT_ALONE, SCHEMES } from './examples.ts'

const folder = new URL('../../examples/', import.meta.url)

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

async function proveExample(app: App, options: AttackOptions, prove?: ProveOptions): Promise<void> {
  await using server = await serve(app, { port: 0, installSignalHandlers: false })
  const proof = await proveDocument(app, walletOf(options), prove)
  expect(proof.differences).toEqual([])
  expect(proof.requests).toBeGreaterThanOrEqual(proof.operations)
  // In process, and over a connection to Node's adapter.
  for (const way of [options, { ...options, url: server.url }]) {
    const report = await attack(app, way)
    expect(report.failures, report.toString()).toEqual([])
  }
}

/** Credentials as `attack()` has them. */
function walletOf({ credentials = {} }: AttackOptions): Wallet {
  return {
    credential: (name, scopes, { method, target }) => {
      const { valid, withScopes } = credentials[name] ?? {}
      const context = { method, target, challenge: '' }
      return withScopes ? withScopes(scopes, context) : valid?.(context)
    },
  }
}

describe('whole apps', () => {
  const names = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/main.ts`, folder)))

  test.each(names)('%s', async (name) => {
    using data = new Folder()
    vi.stubEnv('ACCOUNTS_DATA', data.path)
    const file = new URL(`${name}/credentials.ts`, folder)
    if (!existsSync(file)) {
      throw new Error(
        `examples/${name} has no credentials.ts: its default export says how attack() gets credentials, as that of examples/accounts does.`,
      )
    }
    const { default: app } = (await import(new URL(`${name}/main.ts`, folder).href)) as { default: App }
    const { default: options } = (await import(file.href)) as { default: AttackOptions }
    await proveExample(app, options)
  })
})

describe('a program for each scheme', () => {
  const schemes = new URL('schemes/', folder)
  const files = existsSync(schemes) ? readdirSync(schemes).filter((file) => file.endsWith('.ts')) : []
  const names = files.map((file) => file.replace(/\.ts$/, '')).filter((name) => !NOT_ALONE.has(name))

  test.runIf(names.length > 0).each(names)('%s', async (name) => {
    const example = SCHEMES[name]
    if (example === undefined)
      throw new Error(`test/prove/examples.ts does not say how examples/schemes/${name}.ts lets somebody in.`)
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const { default: app } = (await import(new URL(`${name}.ts`, schemes).href)) as { default: App }
    const printed = Object.fromEntries(
      log.mock.calls.flatMap(([text]) =>
        [...String(text).matchAll(/^(\w+)=(.*)$/gm)].map(([, key = '', value]) => [key, value ?? '']),
      ),
    )
    await proveExample(app, example.options(app, printed), example.prove)
  })
})
