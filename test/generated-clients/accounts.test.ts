/** Clients that other projects' generators make of the document of the accounts app: they compile, and they call the app. */
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Server, serve } from 'sallyport/node'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Folder } from '../cli/folder.ts'
import { problemsIn, whyMissing, writeClients } from './generators.ts'
import type { Story } from './programs/story.ts'

// Where they cannot be fetched the tests are skipped, and their title says why.
const missing = whyMissing()
const output = fileURLToPath(new URL('../../test-output', import.meta.url))

describe.skipIf(missing !== undefined)(missing ?? 'clients of the accounts app', () => {
  let data: Folder
  let project: Folder
  let server: Server

  beforeAll(async () => {
    data = new Folder()
    vi.stubEnv('ACCOUNTS_DATA', data.path)
    const { default: app } = await import('../../examples/accounts/main.ts')
    server = await serve(app, { port: 0, hostname: '127.0.0.1' })
    // Within the repository: what is outside of it is not compiled by what runs the tests.
    mkdirSync(output, { recursive: true })
    project = new Folder(output)
    await writeClients(project.path, new URL(server.url).origin)
  })

  afterAll(async () => {
    await server?.close()
    project?.[Symbol.dispose]()
    data?.[Symbol.dispose]()
    vi.unstubAllEnvs()
  })

  test('all of them compile with a strict compiler, and refuse what the document refuses', () => {
    expect(readdirSync(join(project.path, 'generated')).sort()).toEqual([
      'hey-api',
      'openapi-typescript.ts',
      'orval.ts',
    ])
    expect(problemsIn(project.path)).toBe('')
  })

  test.each(['openapi-fetch', 'hey-api', 'orval'])('%s: from the login to typed errors', async (name) => {
    const file = pathToFileURL(join(project.path, `${name}.ts`)).href
    const { default: story } = (await import(file)) as { default: (origin: string) => Promise<Story> }
    expect(await story(new URL(server.url).origin)).toEqual({
      refused: { status: 400, error: 'invalid_grant' },
      loggedIn: { status: 200, tokenType: 'bearer', scope: 'me items', seconds: 1800 },
      me: { status: 200, username: 'johndoe', email: 'johndoe@example.com', disabled: false },
      added: { status: 201, title: 'A towel', owner: 'johndoe' },
      listed: { status: 200, titles: ['Foo', 'A towel'] },
      removed: { status: 204 },
      removedAgain: { status: 404, detail: 'Item not found' },
      withoutToken: { status: 401, challenge: 'Bearer', detail: 'Not authenticated' },
      withoutScope: {
        status: 403,
        challenge: 'Bearer error="insufficient_scope", scope="items me"',
        detail: 'Not enough permissions',
      },
      invalid: { status: 422, places: [['body', 'title']] },
    } satisfies Story)
  })
})
