import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { fileResponse, serve, staticFiles } from '../../src/adapters/node.ts'
import { App, CurrentRequest, Path } from '../../src/index.ts'
import { exchange, statusOf } from './raw-client.ts'

let base: string
let root: string
const DATE = new Date('2020-02-03T04:05:06.700Z')
const HTTP_DATE = 'Mon, 03 Feb 2020 04:05:06 GMT'

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'sallyport-files-'))
  root = join(base, 'public')
  mkdirSync(join(root, 'docs', 'empty'), { recursive: true })
  mkdirSync(join(root, '.git'))
  mkdirSync(join(base, 'public-secret'))
  const files: [string, string][] = [
    ['hello.txt', 'Hello, world!'],
    ['empty.txt', ''],
    ['a b ü.html', '<p>'],
    ['no-ending', 'x'],
    ['docs/index.html', 'index'],
    ['.env', 'KEY=1'],
    ['.git/config', 'x'],
    ['../secret.txt', 'secret'],
    ['../public-secret/file.txt', 'secret'],
  ]
  for (const [name, text] of files) writeFileSync(join(root, name), text)
  utimesSync(join(root, 'hello.txt'), DATE, DATE)
  writeFileSync(
    join(root, 'large.bin'),
    new Uint8Array(1_000_000).map((_, i) => i % 251),
  )
  for (const name of ['counted.bin', 'dropped.bin']) writeFileSync(join(root, name), new Uint8Array(1_000_000))
  symlinkSync(join(root, 'hello.txt'), join(root, 'link-inside'))
  symlinkSync(join(base, 'secret.txt'), join(root, 'link-outside'))
  symlinkSync(join(base, 'public-secret', 'file.txt'), join(root, 'link-sibling'))
  symlinkSync(base, join(root, 'up'))
  symlinkSync(join(root, '.env'), join(root, 'link-dotfile'))
  symlinkSync('circle', join(root, 'circle'))
  execFileSync('mkfifo', [join(root, 'pipe')])
})
afterAll(() => rmSync(base, { recursive: true }))

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Request =>
  new Request(`http://localhost${path}`, { method, headers })

async function statusFor(path: string, options?: Parameters<typeof staticFiles>[1]): Promise<number> {
  return (await staticFiles(root, options)(get(path))).status
}

test('a file with its type, length, validators and nosniff', async () => {
  const response = await staticFiles(root)(get('/hello.txt?v=1'))
  expect([response.status, await response.text()]).toEqual([200, 'Hello, world!'])
  expect(Object.fromEntries(response.headers)).toEqual({
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    'content-length': '13',
    'content-type': 'text/plain; charset=utf-8',
    etag: expect.stringMatching(/^"[a-z\d]+-d"$/),
    'last-modified': HTTP_DATE,
    'x-content-type-options': 'nosniff',
  })
})

test.each([
  ['/a%20b%20%C3%BC.html', 'text/html; charset=utf-8'],
  ['/no-ending', 'application/octet-stream'],
  ['/large.bin', 'application/octet-stream'],
  ['/link-inside', 'application/octet-stream'],
  ['/docs/', 'text/html; charset=utf-8'],
])('%s is sent as %s', async (path, type) => {
  const response = await staticFiles(pathToFileURL(root))(get(path))
  expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
  await response.body?.cancel()
})

test('an empty file, a large file, HEAD', async () => {
  const serveFile = staticFiles(root, { maxAge: 60 })
  const empty = await serveFile(get('/empty.txt'))
  expect([empty.headers.get('content-length'), await empty.text()]).toEqual(['0', ''])
  const large = await serveFile(get('/large.bin'))
  const bytes = new Uint8Array(await large.arrayBuffer())
  expect([bytes.byteLength, bytes.every((byte, i) => byte === i % 251)]).toEqual([1_000_000, true])
  expect(large.headers.get('cache-control')).toBe('max-age=60')
  const head = await serveFile(get('/large.bin', { range: 'bytes=0-1' }, 'HEAD'))
  expect([head.status, head.headers.get('content-length'), head.body]).toEqual([200, '1000000', null])
})

test.each([
  '/none.txt',
  '/hello.txt/',
  '/hello.txt/x',
  '/docs/empty/',
  '/docs//index.html',
  '//hello.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/..%5csecret.txt',
  '/%2e%2e%2fsecret.txt',
  '/docs%2findex.html',
  '/docs/..%2f..%2fsecret.txt',
  '/%2fetc%2fpasswd',
  '/..%2fpublic-secret%2ffile.txt',
  '/hello.txt%00',
  '/hello.txt%00.html',
  '/%c0%ae%c0%ae/secret.txt',
  '/%zz',
  '/.env',
  '/%2eenv',
  '/.git/config',
  '/.git/',
  '/link-outside',
  '/link-sibling',
  '/up/secret.txt',
  '/link-dotfile',
  '/circle',
  '/pipe',
  `/${'a'.repeat(300)}`,
])('404 for %s', async (path) => {
  expect(await statusFor(path)).toBe(404)
})

test('404 and 405 say so in JSON', async () => {
  const missing = await staticFiles(root)(get('/none'))
  expect(await missing.json()).toEqual({ detail: 'Not Found' })
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const response = await staticFiles(root)(get('/hello.txt', {}, method))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  }
})

test('dotfiles and links out of the directory are served when asked for by name', async () => {
  expect(await statusFor('/.env', { dotfiles: true })).toBe(200)
  expect(await statusFor('/link-dotfile', { dotfiles: true })).toBe(200)
  expect(await statusFor('/link-outside', { dotfiles: true })).toBe(404)
  expect(await statusFor('/link-sibling', { dotfiles: true })).toBe(404)
  expect(await statusFor('/link-outside', { allowSymlinksOutside: true })).toBe(200)
  expect(await statusFor('/up/secret.txt', { allowSymlinksOutside: true })).toBe(200)
  expect(await statusFor('/%2e%2e%2fsecret.txt', { allowSymlinksOutside: true, dotfiles: true })).toBe(404)
})

test('a directory is its index, with a slash', async () => {
  const response = await staticFiles(root)(get('/docs?a=b'))
  expect([response.status, response.headers.get('location')]).toEqual([307, './docs/?a=b'])
  expect(await (await staticFiles(root)(get('/docs/'))).text()).toBe('index')
  expect(await statusFor('/docs/', { index: null })).toBe(404)
  expect(await statusFor('/', { index: 'hello.txt' })).toBe(200)
  expect(await statusFor('/')).toBe(404)
})

test('a directory that is linked elsewhere is looked up again', async () => {
  const current = join(base, 'current')
  symlinkSync(root, current)
  const serveFile = staticFiles(current)
  expect((await serveFile(get('/hello.txt'))).status).toBe(200)
  rmSync(current)
  symlinkSync(join(base, 'public-secret'), current)
  expect((await serveFile(get('/hello.txt'))).status).toBe(404)
  expect((await serveFile(get('/file.txt'))).status).toBe(200)
  rmSync(current)
  expect((await serveFile(get('/file.txt'))).status).toBe(404)
})

test.each<[string, object, string]>([
  ['no directory', {}, 'staticFiles: there is no directory'],
  ['', { index: 'a/b' }, 'staticFiles: index'],
  ['', { index: '' }, 'staticFiles: index'],
  ['', { maxAge: -1 }, 'staticFiles: maxAge'],
  ['', { followSymlinks: true }, 'staticFiles: there is no option followSymlinks'],
])('staticFiles refuses what is wrong when declared: %s %j', (directory, options, message) => {
  expect(() => staticFiles(join(root, directory), options)).toThrow(message)
})

// ---- Conditions: RFC 9110 §13 ----

const etag = async (): Promise<string> => (await staticFiles(root)(get('/hello.txt'))).headers.get('etag') as string
const EARLIER = 'Mon, 03 Feb 2020 04:05:05 GMT'
const LATER = 'Mon, 03 Feb 2020 04:05:07 GMT'

test.each<[Record<string, string>, number]>([
  [{ 'if-none-match': 'ETAG' }, 304],
  [{ 'if-none-match': 'W/ETAG' }, 304],
  [{ 'if-none-match': '"a", ETAG ,"b"' }, 304],
  [{ 'if-none-match': '*' }, 304],
  [{ 'if-none-match': '"other"' }, 200],
  [{ 'if-none-match': 'nonsense' }, 200],
  [{ 'if-modified-since': HTTP_DATE }, 304],
  [{ 'if-modified-since': LATER }, 304],
  [{ 'if-modified-since': EARLIER }, 200],
  [{ 'if-modified-since': 'Monday, 03-Feb-20 04:05:06 GMT' }, 304],
  [{ 'if-modified-since': 'Mon Feb  3 04:05:06 2020' }, 304],
  [{ 'if-modified-since': '2030-01-01' }, 200],
  [{ 'if-modified-since': 'Mon, 99 Feb 2020 04:05:06 GMT' }, 200],
  [{ 'if-none-match': '"other"', 'if-modified-since': LATER }, 200], // the date does not count beside a tag
  [{ 'if-match': 'ETAG' }, 200],
  [{ 'if-match': '*' }, 200],
  [{ 'if-match': 'W/ETAG' }, 412],
  [{ 'if-match': '"other"' }, 412],
  [{ 'if-match': '"other"', 'if-none-match': 'ETAG' }, 412],
  [{ 'if-unmodified-since': HTTP_DATE }, 200],
  [{ 'if-unmodified-since': EARLIER }, 412],
  [{ 'if-match': 'ETAG', 'if-unmodified-since': EARLIER }, 200],
])('%j is answered with %d', async (headers, status) => {
  const tag = await etag()
  const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('ETAG', tag)]))
  for (const method of ['GET', 'HEAD']) {
    const response = await staticFiles(root)(get('/hello.txt', filled, method))
    expect(response.status).toBe(status)
    if (status === 304) {
      expect([...response.headers.keys()]).toEqual([
        'accept-ranges',
        'cache-control',
        'etag',
        'last-modified',
        'x-content-type-options',
      ])
    }
    await response.body?.cancel()
  }
})

test('the tag changes with the content', async () => {
  const file = join(base, 'changing.txt')
  const tagOf = async (): Promise<string | null> => {
    const response = await fileResponse(file)
    await response.body?.cancel()
    return response.headers.get('etag')
  }
  writeFileSync(file, 'one')
  utimesSync(file, DATE, DATE)
  const one = await tagOf()
  utimesSync(file, DATE, new Date(DATE.getTime() + 1))
  const two = await tagOf()
  writeFileSync(file, 'three')
  utimesSync(file, DATE, DATE)
  expect(new Set([one, two, await tagOf()]).size).toBe(3)
})

// ---- Ranges: RFC 9110 §14 ----

test.each<[string, number, string, string | null]>([
  ['bytes=0-4', 206, 'Hello', 'bytes 0-4/13'],
  ['bytes=7-', 206, 'world!', 'bytes 7-12/13'],
  ['bytes=-6', 206, 'world!', 'bytes 7-12/13'],
  ['bytes=-99', 206, 'Hello, world!', 'bytes 0-12/13'],
  ['bytes=12-12', 206, '!', 'bytes 12-12/13'],
  ['bytes=7-999999', 206, 'world!', 'bytes 7-12/13'],
  ['BYTES=0-0', 206, 'H', 'bytes 0-0/13'],
  ['bytes= 0-0 ', 206, 'H', 'bytes 0-0/13'],
  ['bytes=13-', 416, '', 'bytes */13'],
  ['bytes=99-100', 416, '', 'bytes */13'],
  ['bytes=-0', 416, '', 'bytes */13'],
  ['bytes=4-0', 200, 'Hello, world!', null],
  ['bytes=-', 200, 'Hello, world!', null],
  ['bytes=a-b', 200, 'Hello, world!', null],
  ['bytes=0-1,3-4', 200, 'Hello, world!', null],
  ['bytes=0x0-1', 200, 'Hello, world!', null],
  ['bytes=99999999999999999999-', 200, 'Hello, world!', null],
  ['lines=0-1', 200, 'Hello, world!', null],
  ['0-1', 200, 'Hello, world!', null],
])('Range %s is answered with %d', async (range, status, body, contentRange) => {
  const response = await staticFiles(root)(get('/hello.txt', { range }))
  expect([response.status, response.headers.get('content-range')]).toEqual([status, contentRange])
  if (status === 416) expect(await response.json()).toEqual({ detail: 'Range Not Satisfiable' })
  else {
    expect(await response.text()).toBe(body)
    expect(response.headers.get('content-length')).toBe(String(body.length))
  }
})

test.each([
  ['ETAG', 206],
  ['W/ETAG', 200],
  ['"other"', 200],
  [HTTP_DATE, 206],
  [EARLIER, 200],
  [LATER, 200],
  ['nonsense', 200],
])('If-Range %s gives %d', async (condition, status) => {
  const headers = { range: 'bytes=0-4', 'if-range': condition.replace('ETAG', await etag()) }
  const response = await staticFiles(root)(get('/hello.txt', headers))
  expect(response.status).toBe(status)
  await response.body?.cancel()
})

test('a range of an empty file is not satisfiable', async () => {
  for (const range of ['bytes=0-', 'bytes=-1']) {
    expect((await staticFiles(root)(get('/empty.txt', { range }))).status).toBe(416)
  }
})

test('a range of a large file', async () => {
  const response = await staticFiles(root)(get('/large.bin', { range: 'bytes=100000-299999' }))
  const bytes = new Uint8Array(await response.arrayBuffer())
  expect([bytes.byteLength, bytes.every((byte, i) => byte === (i + 100_000) % 251)]).toEqual([200_000, true])
})

// ---- fileResponse ----

test('fileResponse without a request sends all of the file', async () => {
  const response = await fileResponse(pathToFileURL(join(root, 'hello.txt')))
  expect([response.status, await response.text()]).toEqual([200, 'Hello, world!'])
  expect(response.headers.get('content-disposition')).toBeNull()
})

test('fileResponse follows links of a path that is the program’s own', async () => {
  expect(await (await fileResponse(join(root, 'link-outside'))).text()).toBe('secret')
})

test.each<[object, string | null]>([
  [{ filename: 'report.pdf' }, 'attachment; filename="report.pdf"'],
  [{ filename: 'report.pdf', disposition: 'inline' }, 'inline; filename="report.pdf"'],
  [{ disposition: 'attachment' }, 'attachment'],
  [{ disposition: 'inline' }, null],
  [{ filename: 'Müller "x".txt' }, `attachment; filename="M_ller _x_.txt"; filename*=UTF-8''M%C3%BCller%20%22x%22.txt`],
  [{ filename: "it's (1)*.txt" }, 'attachment; filename="it\'s (1)*.txt"'],
  [{ filename: "ü's (1)*.txt" }, `attachment; filename="_'s (1)*.txt"; filename*=UTF-8''%C3%BC%27s%20%281%29%2A.txt`],
  [{ filename: '100%.txt' }, `attachment; filename="100_.txt"; filename*=UTF-8''100%25.txt`],
  [{ filename: '../../etc/passwd\r\nX: y\\z' }, 'attachment; filename=".._.._etc_passwd__X: y_z"'],
  [{ filename: '€\ud800' }, `attachment; filename="__"; filename*=UTF-8''%E2%82%AC%EF%BF%BD`],
])('fileResponse with %j has Content-Disposition %s', async (options, disposition) => {
  const response = await fileResponse(join(root, 'hello.txt'), options)
  expect(response.headers.get('content-disposition')).toBe(disposition)
  await response.body?.cancel()
})

test('fileResponse takes the type from mediaType, then from the filename, then from the path', async () => {
  const typeFor = async (options: object): Promise<string | null> => {
    const response = await fileResponse(join(root, 'hello.txt'), options)
    await response.body?.cancel()
    return response.headers.get('content-type')
  }
  expect(await typeFor({ mediaType: 'text/x-own', filename: 'a.pdf' })).toBe('text/x-own')
  expect(await typeFor({ filename: 'a.PDF' })).toBe('application/pdf')
  expect(await typeFor({})).toBe('text/plain; charset=utf-8')
})

test.each([
  '../secret.txt',
  'docs/../../secret.txt',
  '/etc/passwd',
  'docs\\..\\..\\secret.txt',
  '.env',
  'link-outside',
  'up/secret.txt',
  'hello.txt\0',
  '',
  'docs',
  'none',
  'pipe',
])('fileResponse below a root: 404 for %j', async (path) => {
  await expect(fileResponse(path, { root })).rejects.toMatchObject({ status: 404 })
})

test.each<[object, string]>([
  [{ maxAge: 1.5 }, 'fileResponse: maxAge'],
  [{ name: 'a' }, 'fileResponse: there is no option name'],
])('fileResponse refuses %j', async (options, message) => {
  await expect(fileResponse(join(root, 'hello.txt'), options)).rejects.toThrow(message)
})

test('a file that becomes shorter while it is sent is an error', async () => {
  const file = join(base, 'shrinking.bin')
  writeFileSync(file, new Uint8Array(200_000))
  const response = await fileResponse(file)
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  truncateSync(file, 10)
  await expect(reader.read()).rejects.toThrow('became shorter')
})

test('from an app over the wire: full, ranges, conditions, mounted, raw traversal', async () => {
  const app = new App()
  app.get('/files/{name}', { params: { name: Path(z.string()), request: CurrentRequest } }, ({ name, request }) =>
    fileResponse(name, { root }, request),
  )
  app.mount('/static', staticFiles(root))
  await using server = await serve(app, { port: 0, installSignalHandlers: false })
  for (const prefix of ['/files', '/static']) {
    const url = `${server.url}${prefix}/large.bin`
    const whole = await fetch(url)
    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, '1000000'])
    expect((await whole.arrayBuffer()).byteLength).toBe(1_000_000)
    const part = await fetch(url, { headers: { range: 'bytes=-5' } })
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 5])
    const same = await fetch(url, { headers: { 'if-none-match': whole.headers.get('etag') as string } })
    expect(same.status).toBe(304)
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '1000000'])
    expect((await fetch(url, { headers: { range: 'bytes=1000000-' } })).headers.get('content-range')).toBe(
      'bytes */1000000',
    )
    expect((await fetch(`${server.url}${prefix}/.env`)).status).toBe(404)
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/docs/../../secret.txt',
      '/link-outside',
    ]) {
      const answer = await exchange(
        server.port,
        `GET ${prefix}${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      )
      expect([path, [400, 404].includes(statusOf(answer)), answer.includes('secret')]).toEqual([path, true, false])
    }
  }
})

/** How often this process has a file open. */
function openTimes(file: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).endsWith(`/public/${file}`)
    } catch {
      return false // the descriptor of this very look
    }
  }).length
}

test.runIf(existsSync('/proc/self/fd'))(
  'a file is closed when it is sent, refused, or its client goes away',
  async () => {
    const cancelled = Promise.withResolvers<void>()
    const app = new App()
    app.get('/', {}, async () => {
      const reader = ((await fileResponse(join(root, 'counted.bin'))).body as ReadableStream<Uint8Array>).getReader()
      return new ReadableStream<Uint8Array>({
        pull: async (controller) => controller.enqueue((await reader.read()).value as Uint8Array),
        cancel: () => reader.cancel().then(cancelled.resolve),
      })
    })
    {
      await using server = await serve(app, { port: 0, installSignalHandlers: false })
      const leaving = new AbortController()
      const answer = await fetch(server.url, { signal: leaving.signal })
      await answer.body?.getReader().read()
      leaving.abort()
      await cancelled.promise
    }
    const serveFile = staticFiles(root)
    await (await serveFile(get('/counted.bin'))).arrayBuffer()
    await (await serveFile(get('/counted.bin'))).body?.cancel()
    await serveFile(get('/counted.bin', {}, 'HEAD'))
    await serveFile(get('/counted.bin', { 'if-none-match': '*' }))
    await serveFile(get('/counted.bin', { range: 'bytes=1000000-' }))
    expect(openTimes('counted.bin')).toBe(0)
  },
)

test.runIf(existsSync('/proc/self/fd'))(
  'a file of a response that nobody reads is closed in the end, without an error',
  async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    await fileResponse(join(root, 'dropped.bin'))
    expect(openTimes('dropped.bin')).toBe(1)
    await expect
      .poll(() => {
        collect()
        return openTimes('dropped.bin')
      })
      .toBe(0)
  },
)
