/** A body that a scheme has read is still there, however it is asked for afterwards. */
import { App, CurrentRequest, File, Form } from 'sallyport'
import { serve } from 'sallyport/node'
import { digestHA1, HTTPDigest } from 'sallyport/security'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { HTTPException } from '../../src/exceptions.ts'
import { WebIncoming } from '../../src/incoming.ts'
import { MountedIncoming } from '../../src/mounted.ts'
import { keepBody } from '../../src/security/kept-body.ts'
import { answerTo, challengesIn, written } from './digest-client.ts'

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const web = (body?: string): WebIncoming =>
  new WebIncoming(
    new Request('http://api.test/', body === undefined ? {} : { method: 'POST', body, headers: { 'x-a': 'b' } }),
  )

test.each([
  ['a web request', (body?: string) => web(body)],
  ['a mounted app', (body?: string) => new MountedIncoming(web(body), '/', '/api')],
])('of %s: as bytes, as a stream, as a request, more than once', async (_, make) => {
  const incoming = make('hello')
  expect(text(await keepBody(incoming))).toBe('hello')
  expect(text(await keepBody(incoming))).toBe('hello')
  expect(text(await incoming.bytes(5))).toBe('hello')
  for (let i = 0; i < 2; i++) expect(await new Response(incoming.stream()).text()).toBe('hello')
  const { request } = incoming
  expect(incoming.request).toBe(request)
  expect([request.method, request.headers.get('x-a'), await request.text()]).toEqual(['POST', 'b', 'hello'])
  const none = make()
  expect(await keepBody(none)).toHaveLength(0)
  expect([none.stream(), none.request.body]).toEqual([null, null])
})

test('limits hold, before and after', async () => {
  const incoming = web('hello')
  await keepBody(incoming)
  await expect(incoming.bytes(4)).rejects.toThrow(HTTPException)
  const large = web('hello')
  large.limits = { ...large.limits, body: 4 }
  await expect(keepBody(large)).rejects.toMatchObject({ status: 413 })
})

test('on a server: a signed upload, and a request that the handler reads itself', async () => {
  const user = { ha1: { 'SHA-256': digestHA1('a', 'r', 'b') } }
  const digest = new HTTPDigest({ realm: 'r', verify: { lookup: () => user, qop: ['auth-int'] } })
  const app = new App()
  const form = { digest, note: Form(z.string()), file: File() }
  app.post('/form', { params: form }, async ({ note, file }) => [note, await file.text()])
  app.post('/raw', { params: { digest, request: CurrentRequest } }, ({ request }) => request.text())
  const server = await serve(app, { port: 0, hostname: '127.0.0.1' })
  const send = async (uri: string, body: string, signed: string, type: string): Promise<readonly [number, unknown]> => {
    const url = `http://127.0.0.1:${server.port}${uri}`
    const [challenge = {}] = challengesIn(await fetch(url, { method: 'POST' }))
    const told = { username: 'a', password: 'b', method: 'POST', uri, qop: 'auth-int', body: signed }
    const headers = { authorization: written(answerTo(challenge, told)), 'content-type': type }
    const response = await fetch(url, { method: 'POST', body, headers })
    return [response.status, await response.json()]
  }
  try {
    const part = (head: string, value: string): string =>
      `--x\r\ncontent-disposition: form-data; ${head}\r\n\r\n${value}\r\n`
    const body = `${part('name="note"', 'n')}${part('name="file"; filename="f"', 'contents')}--x--\r\n`
    const type = 'multipart/form-data; boundary=x'
    expect(await send('/form', body, body, type)).toEqual([200, ['n', 'contents']])
    expect((await send('/form', body.replace('contents', 'malice'), body, type))[0]).toBe(401)
    expect(await send('/raw', 'hello', 'hello', 'text/plain')).toEqual([200, 'hello'])
    expect((await send('/raw', 'hullo', 'hello', 'text/plain'))[0]).toBe(401)
  } finally {
    await server.close()
  }
})
