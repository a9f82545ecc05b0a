/** FastAPI's tutorial apps, written with our API, against the answers that FastAPI gives. */
import { describe, expect, test } from 'vitest'
import { alice, createAccessToken, getPasswordHash, johndoe, verifyPassword } from './apps/jwt-tokens.ts'
import { type CaseFile, FILES, makeApp, readFile } from './cases.ts'
import { serveCase } from './over-socket.ts'
import { OVERRULED } from './overruled.ts'
import { runCase } from './run-case.ts'

interface Document {
  openapi: string
  info: unknown
  servers?: unknown
  paths: Record<
    string,
    Record<
      string,
      { security?: unknown; parameters?: { name: string; in: string; required: boolean }[]; responses: object }
    >
  >
  components?: { securitySchemes?: unknown }
}

/** What of FastAPI's document is the contract: security, and where things are; ids, titles and summaries may differ. */
function checkDocument(file: CaseFile, given: unknown): void {
  const document = given as Document
  const theirs = file.openapi as unknown as Document | null
  expect(document.openapi).toBe('3.1.0')
  if (file.openapi_security) {
    expect(document.components?.securitySchemes ?? {}).toEqual(file.openapi_security.securitySchemes)
    const operations: Record<string, unknown> = {}
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, { security }] of Object.entries(item))
        operations[`${method.toUpperCase()} ${path}`] = security ?? null
    }
    expect(operations).toEqual(file.openapi_security.operations)
  }
  if (!theirs) return
  expect(document.servers).toEqual(theirs.servers)
  expect(Object.keys(document.paths)).toEqual(Object.keys(theirs.paths))
  for (const [path, item] of Object.entries(theirs.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const ours = document.paths[path]?.[method]
      const places = (each: typeof operation | undefined) =>
        (each?.parameters ?? []).map(({ name, in: place, required }) => ({ name, place, required }))
      expect(places(ours)).toEqual(places(operation))
      expect(Object.keys(ours?.responses ?? {})).toEqual(expect.arrayContaining(Object.keys(operation.responses)))
    }
  }
}

describe.each(FILES)('%s', (name) => {
  const file = readFile(name)

  test.each(file.cases.map((each) => [each.name, each] as const))('%s', async (_, given) => {
    const app = await makeApp(name, given.setup)
    await runCase(
      name,
      given,
      (path, init, request) => {
        const base = `${request.scheme ?? 'http'}://${request.host ?? 'localhost'}`
        return app.request(new Request(new URL(path, base), init), undefined, { rootPath: request.root_path ?? '' })
      },
      (document) => checkDocument(file, document),
    )
  })

  if (!file.openapi_security) return
  test('the document without a request', async () => {
    checkDocument({ ...file, openapi: null }, (await makeApp(name)).openapi())
  })
})

describe.each(FILES)('%s over a socket', (name) => {
  const file = readFile(name)

  test.each(file.cases.map((each) => [each.name, each] as const))('%s', async (_, given) => {
    await using server = await serveCase(await makeApp(name, given.setup), given)
    await runCase(name, given, server.send, (document) => checkDocument(file, document))
  })
})

describe('functions of security_tutorial_4 and 5', () => {
  test('verify_password accepts the stored hashes, and no other password', async () => {
    expect(await verifyPassword('secret', johndoe.hashedPassword)).toBe(true)
    expect(await verifyPassword('secretalice', alice.hashedPassword)).toBe(true)
    expect(await verifyPassword('secret', alice.hashedPassword)).toBe(false)
  })
  test('get_password_hash gives a value that verifies', async () => {
    expect(await verifyPassword('johndoe', await getPasswordHash('johndoe'))).toBe(true)
  })
  test('create_access_token without an expiry gives a token', async () => {
    expect(await createAccessToken({ data: 'foo' })).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })
})

test('the table of overruled cases names cases that exist', () => {
  const all = FILES.flatMap((name) => readFile(name).cases.map((given) => `${name}: ${given.name}`))
  for (const name of Object.keys(OVERRULED)) expect(all).toContain(name)
})
