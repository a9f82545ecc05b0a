/** The programs of "Running": proxies, HTTPS, containers, what is logged. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, expect, test, vi } from 'vitest'
import kept from '../../docs/src/behind-a-proxy/kept.ts'
import proxied from '../../docs/src/behind-a-proxy/main.ts'
import { start as startProxied } from '../../docs/src/behind-a-proxy/serve.ts'
import { readSecret } from '../../docs/src/containers/secrets.ts'
import secure from '../../docs/src/https/main.ts'
import { redirect } from '../../docs/src/https/redirect.ts'
import { start as startSecure } from '../../docs/src/https/serve.ts'
import { counts } from '../../docs/src/observability/figures.ts'
import watched from '../../docs/src/observability/main.ts'
import { serve } from '../../src/adapters/node.ts'
import { requestLog } from '../../src/index.ts'
import { CA } from '../security/certificates.ts'
import { chapters } from './chapter.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'sallyport-running-'))
afterAll(() => rmSync(folder, { recursive: true }))
const quiet = { port: 0, installSignalHandlers: false }

const fencesOf = (path: string, language: string): string[] =>
  (chapters.find((chapter) => chapter.path === `running/${path}.md`)?.fences ?? [])
    .filter((fence) => fence.language === language)
    .map(({ text }) => text)

function sallyport(...args: string[]): { status: number | null; output: string; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/cli/main.ts'), ...args], {
    cwd: join(root, 'docs/src/audit-and-attack'),
    encoding: 'utf8',
  })
  return { status, output: stdout.trim(), said: stderr.trim() }
}

test.each([
  ['routes', 'main.ts'],
  ['audit', 'main.ts'],
  ['attack', 'main.ts', '--credentials', 'credentials.ts'],
])('sallyport %s prints what the page shows', { timeout: 60_000 }, (...args) => {
  const { status, output } = sallyport(...args)
  expect(status).toBe(0)
  expect(fencesOf('command-line', 'text')).toContain(output)
})

test('what the command line says of mistakes stands on its page', () => {
  const { status, said } = sallyport('run', 'main.ts', '--trust-proxy', 'nginx')
  expect(status).toBe(2)
  expect(fencesOf('command-line', 'text')).toContain(said)
  writeFileSync(join(folder, 'main.ts'), 'export const x = 1\n')
  const none = sallyport('routes', join(folder, 'main.ts'))
  expect([none.status, none.said.replaceAll(`${folder}/`, '')]).toEqual([2, fencesOf('command-line', 'text').at(-4)])
})

test('a proxy that is named says who the client is, and how it came', async () => {
  await using server = await startProxied(quiet)
  const get = (path: string, headers = {}): Promise<Response> =>
    fetch(server.url + path, { headers, redirect: 'manual' })
  const headers = { 'x-forwarded-for': '192.0.2.9, 203.0.113.7', 'x-forwarded-proto': 'https' }
  expect(await (await get('/where', headers)).json()).toEqual({
    client: '203.0.113.7',
    scheme: 'https',
    rootPath: '/api/v1',
    path: '/where',
  })
  expect((await get('/items')).headers.get('location')).toBe('/api/v1/items/')
  expect(await (await get('/openapi.json')).json()).toMatchObject({ servers: [{ url: '/api/v1' }] })
  await using wary = await serve(proxied, quiet)
  expect(await (await fetch(`${wary.url}/where`, { headers })).json()).toMatchObject({
    client: '127.0.0.1',
    scheme: 'http',
  })
})

test('what the page says of wrong options', async () => {
  for (const [options, said] of [
    [{ trustProxy: ['nginx'] }, /"nginx" is no address/],
    [{ rootPath: 'api' }, /rootPath: expected a path/],
  ] as const) {
    const error = await startProxied({ ...quiet, ...options }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: expect.stringMatching(said) })
    expect(fencesOf('behind-a-proxy', 'text')).toContain(String(error))
  }
})

test('a Host that a client makes up comes back in nothing', async () => {
  await using server = await startProxied(quiet)
  const ask = async (path: string): Promise<string> => {
    const socket = connect(server.port, '127.0.0.1')
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n`,
    )
    let got = ''
    for await (const chunk of socket.setEncoding('latin1')) got += chunk
    return got
  }
  for (const [path, status] of [
    ['/items', 307],
    ['/openapi.json', 200],
    ['/docs', 200],
    ['/me', 401],
  ] as const) {
    const answer = await ask(path)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).not.toContain('evil')
  }
})

test('a prefix that is kept is a mount', async () => {
  expect(await (await kept.request('/api/v1/where')).json()).toMatchObject({ rootPath: '/api/v1', path: '/where' })
  expect((await kept.request('/api/v1/items', { redirect: 'manual' })).headers.get('location')).toBe('/api/v1/items/')
  expect(await (await kept.request('/api/v1/openapi.json')).json()).toMatchObject({ servers: [{ url: '/api/v1' }] })
  expect((await kept.request('/where')).status).toBe(404)
})

test('HTTPS, and HSTS over HTTPS alone', async () => {
  using ca = new CA('Servers')
  const { key, cert } = ca.issue('server', '/CN=localhost', 'IP:127.0.0.1')
  writeFileSync(join(folder, 'privkey.pem'), key)
  writeFileSync(join(folder, 'fullchain.pem'), cert)
  const before = process.cwd()
  process.chdir(folder)
  await using server = await startSecure({ ...quiet, hostname: '127.0.0.1' }).finally(() => process.chdir(before))
  expect(server.url).toMatch(/^https:/)
  const sent = request(server.url, { ca: ca.cert, agent: false }).end()
  const [answer] = await once(sent, 'response')
  expect([answer.statusCode, answer.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000'])
  expect(await answer.toArray().then((chunks: Buffer[]) => JSON.parse(Buffer.concat(chunks).toString()))).toEqual({
    scheme: 'https',
  })
  await using plain = await serve(secure, { ...quiet, trustProxy: ['loopback'] })
  expect((await fetch(plain.url)).headers.get('strict-transport-security')).toBe(null)
  const behind = await fetch(plain.url, { headers: { 'x-forwarded-proto': 'https' } })
  expect(behind.headers.get('strict-transport-security')).toBe('max-age=31536000')
})

test('port 80 sends browsers on and takes nothing', async () => {
  redirect.listen(0, '127.0.0.1')
  await once(redirect, 'listening')
  const url = `http://127.0.0.1:${(redirect.address() as AddressInfo).port}`
  try {
    const browser = await fetch(`${url}/docs?x=1`, { redirect: 'manual' })
    expect([browser.status, browser.headers.get('location')]).toEqual([308, 'https://api.example.com/docs?x=1'])
    for (const init of [{ method: 'POST', body: '{}' }, { headers: { authorization: 'Bearer x' } }]) {
      const program = await fetch(`${url}/items`, { ...init, redirect: 'manual' })
      expect([program.status, program.headers.get('location')]).toEqual([403, null])
    }
  } finally {
    redirect.closeAllConnections()
    redirect.close()
  }
})

test('the Dockerfile and its .dockerignore are those of create-sallyport', () => {
  const common = join(root, 'create-sallyport/templates/every-project')
  const { node } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies
  const dockerfile = readFileSync(join(common, 'Dockerfile'), 'utf8')
    .replaceAll('{{node}}', node.split('.')[0])
    .replace('{{data}}\n', '')
  expect(fencesOf('containers', 'dockerfile')).toEqual([dockerfile.trim()])
  expect(fencesOf('containers', 'text')).toContain(readFileSync(join(common, '_dockerignore'), 'utf8').trim())
})

test('a secret of a file, of the environment, or an error that names neither value', () => {
  const file = join(folder, 'secret')
  writeFileSync(file, 'of-a-file\n')
  expect(readSecret('KEY', { KEY_FILE: file, KEY: 'of-the-environment' })).toBe('of-a-file')
  expect(readSecret('KEY', { KEY: 'of-the-environment' })).toBe('of-the-environment')
  for (const environment of [{}, { KEY: '' }])
    expect(() => readSecret('KEY', environment)).toThrow('Set KEY, or KEY_FILE to the path of a file that has it.')
})

test('a stop answers what runs, and closes the database after it', async () => {
  vi.stubEnv('TOKEN_SECRET', 'a-secret-of-a-test-that-is-long-enough')
  const { default: app, database, tokens } = await import('../../docs/src/containers/main.ts')
  vi.unstubAllEnvs()
  const server = await serve(app, quiet)
  expect(database.open).toBe(true)
  expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: 'ok' })
  expect((await fetch(`${server.url}/reports`)).status).toBe(401)
  const headers = { authorization: `Bearer ${await tokens.sign({ sub: 'john' })}` }
  expect(await (await fetch(`${server.url}/me`, { headers })).json()).toEqual({ subject: 'john' })
  const report = fetch(`${server.url}/reports`, { headers })
  await database.asked.promise
  const closed = server.close()
  await expect(fetch(`${server.url}/health`)).rejects.toThrow()
  expect(database.open).toBe(true)
  database.ready.resolve()
  expect(await (await report).json()).toEqual({ rows: 42 })
  await closed
  expect(database.open).toBe(false)
})

test('what the page says of an unknown option', () => {
  const declare = (): unknown => requestLog({ header: 'x' } as never)
  expect(declare).toThrow(TypeError)
  expect(fencesOf('observability', 'text').at(-1)).toMatch(/^TypeError: /)
  expect(declare).toThrow(fencesOf('observability', 'text').at(-1)?.replace('TypeError: ', ''))
})

test('a line, a span and a figure of each request, with nothing that a client chose', async () => {
  const spans = new InMemorySpanExporter()
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }))
  const printed: string[] = []
  vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text))
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0)
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const get = (path: string): Promise<Response> =>
    watched.request(path, { headers: { authorization: 'Bearer john-token' } })
  try {
    const answer = await get('/items/3?token=hunter2')
    expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
    expect((await get('/items/13')).status).toBe(500)
    await get('/hunter2')
    await get('/health')
    await expect.poll(() => printed.length).toBe(3)
  } finally {
    vi.restoreAllMocks()
    trace.disable()
  }
  const lines = printed.map((line) => JSON.parse(line))
  expect(lines).toMatchObject([
    { level: 'info', route: '/items/{id}', operationId: 'get_items_id', status: 200, subject: 'u-17', bytes: 8 },
    { level: 'error', route: '/items/{id}', status: 500, error: { name: 'RangeError' } },
    { level: 'info', method: 'GET', status: 404 },
  ])
  expect(printed.join()).not.toMatch(/hunter2|nobody may have|john-token/)
  expect(Object.fromEntries(counts)).toEqual({
    'GET /items/{id} 200': 1,
    'GET /items/{id} 500': 1,
    'no operation 404': 1,
    'GET /health 200': 1,
  })
  expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual(['GET /items/{id}', 'GET /items/{id}', 'GET'])
})
