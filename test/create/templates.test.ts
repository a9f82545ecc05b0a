/** The templates beside the repository: whether what they say is still what we build and test. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from 'sallyport'
import { beforeAll, describe, expect, test } from 'vitest'
import { createApp as apiKeys } from '../../create-sallyport/templates/api-keys/src/app.ts'
import { createApp as minimal } from '../../create-sallyport/templates/minimal/src/app.ts'
import { createApp as openIdConnect } from '../../create-sallyport/templates/openid-connect/src/app.ts'
import { createApp as password } from '../../create-sallyport/templates/password/src/app.ts'
import { auditOf, findingsOf, lockOf, writeLock } from '../../src/audit/index.ts'
import { Folder } from '../cli/folder.ts'
import { packed, ROOT } from './packed.ts'
import { createCommand, run } from './script.ts'

const templates: Readonly<Record<string, () => App>> = {
  minimal: () => minimal({ API_TOKEN: 'a token for the tests and nothing else' }),
  password: () => password({ JWT_SECRET: 'a secret for the tests and nothing else', DATABASE: ':memory:' }),
  'api-keys': () => apiKeys({ DATABASE: ':memory:' }),
  // The lock names the provider, which is that of .env.example.
  'openid-connect': () =>
    openIdConnect({ OIDC_ISSUER: 'http://127.0.0.1:9000', OIDC_AUDIENCE: 'https://api.example.com' }),
}
const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const json = (path: string): Record<string, unknown> => JSON.parse(text(path))
const root = json('package.json') as { version: string; devDependencies: Record<string, string> }

beforeAll(() => {
  packed()
}, 120_000)

describe.each(Object.entries(templates))('%s', (name, make) => {
  test('the lock is current, and nothing in the audit is an error', () => {
    const audit = auditOf(make())
    // After a change that was meant: write it with `sallyport audit --update` in a written project, or from here.
    expect(text(`create-sallyport/templates/${name}/sallyport.lock.json`)).toBe(writeLock(lockOf(audit)))
    expect(findingsOf(audit).filter(({ level }) => level === 'error')).toEqual([])
  })

  test('package.json: the versions that this repository tests with', async () => {
    using folder = new Folder()
    await run(folder.path, createCommand(packed().unpacked, 'app', '--template', name))
    const manifest = JSON.parse(readFileSync(join(folder.path, 'app/package.json'), 'utf8'))
    expect(manifest.dependencies).toEqual({ sallyport: `^${root.version}`, zod: `^${root.devDependencies.zod}` })
    expect(manifest.devDependencies).toEqual({
      '@biomejs/biome': root.devDependencies['@biomejs/biome'],
      '@types/node': `^${root.devDependencies['@types/node']}`,
      typescript: `^${root.devDependencies.typescript}`,
    })
    const node = root.devDependencies.node?.split('.')[0]
    expect(readFileSync(join(folder.path, 'app/Dockerfile'), 'utf8').match(/^FROM node:.*$/gm)).toEqual([
      `FROM node:${node}-slim AS dependencies`,
      `FROM node:${node}-slim`,
    ])
    expect(readFileSync(join(folder.path, 'app/.github/workflows/ci.yml'), 'utf8')).toContain(`node-version: ${node}\n`)
  })

  test('nothing is left to fill in, and a short and a long name are formatted alike', async () => {
    using folder = new Folder()
    for (const project of ['x', 'x-name-of'.repeat(11)]) {
      await run(folder.path, createCommand(packed().unpacked, 'app', '--force', '--template', name, '--name', project))
      const files = globSync('app/**/*', { cwd: folder.path, withFileTypes: true }).filter((entry) => entry.isFile())
      expect(files.length).toBeGreaterThan(10)
      for (const { parentPath, name: file } of files) {
        expect(readFileSync(join(parentPath, file), 'utf8'), file).not.toMatch(/\{\{\w*\}\}/)
      }
      const { status, stderr } = await run(join(folder.path, 'app'), ['biome', 'check', '--error-on-warnings', '.'])
      expect([status, stderr]).toEqual([0, ''])
    }
  })
})

test('the package has what it needs, and nothing else', () => {
  const { unpacked } = packed()
  const files = globSync('**/*', { cwd: unpacked, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(unpacked.length + 1))
  const top = [...new Set(files.map((file) => file.split('/')[0]))].sort()
  expect(top).toEqual(['LICENSE', 'README.md', 'bin.js', 'dist', 'package.json', 'templates'])
  const sources = globSync('**/*', { cwd: join(ROOT, 'create-sallyport/templates'), withFileTypes: true })
  expect(files.filter((file) => file.startsWith('templates/'))).toHaveLength(
    sources.filter((entry) => entry.isFile()).length,
  )
  const manifest = json('create-sallyport/package.json')
  expect([manifest.version, manifest.dependencies, manifest.license]).toEqual([root.version, undefined, 'MIT'])
  expect(text('create-sallyport/LICENSE')).toBe(text('LICENSE'))
})

test('the actions of the workflow are pinned as ours are', () => {
  const pins = (path: string): string[] => text(path).match(/uses: .*$/gm) ?? []
  const used = pins('create-sallyport/templates/every-project/_github/workflows/ci.yml')
  expect(used).toHaveLength(2)
  expect(pins('.github/workflows/ci.yml')).toEqual(expect.arrayContaining(used))
})

test('a lock that is not current is seen: an operation that was opened', () => {
  const app = minimal({ API_TOKEN: 'a token for the tests and nothing else' })
  app.get('/open', { public: true }, () => 1)
  expect(writeLock(lockOf(auditOf(app)))).not.toBe(text('create-sallyport/templates/minimal/sallyport.lock.json'))
})
