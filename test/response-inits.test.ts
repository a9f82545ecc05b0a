import { expect, test, vi } from 'vitest'
import { contentOf } from '../src/adapters/web/content.ts'
import { type Reply, toResponse } from '../src/reply.ts'
import { ResponseInits } from '../src/response-inits.ts'

const make = (status: number, type: string): ResponseInit =>
  new Response(null, { status, headers: { 'content-type': type } })
const reply = (status: number, type: string): Reply => ({
  status,
  headers: ['content-type', type],
  body: 'a',
  after: undefined,
})

test('what an answer is made with is made once for a status and a type', () => {
  const made = vi.fn(make)
  const inits = new ResponseInits(made)
  for (const [status, type] of [
    [200, 'text/plain'],
    [200, 'application/json'],
    [404, 'application/json'],
    [200, 'application/json'],
    [404, 'application/json'],
  ] as const) {
    const response = contentOf(reply(status, type), 'a', inits)
    expect([response.status, [...response.headers]]).toEqual([status, [['content-type', type]]])
  }
  expect(made).toHaveBeenCalledTimes(3)
})

test('what is done to the headers of one answer does not reach another', () => {
  const inits = new ResponseInits(make)
  contentOf(reply(200, 'text/plain'), 'a', inits).headers.set('content-type', 'text/html')
  contentOf(reply(200, 'text/plain'), 'a', inits).headers.set('x', 'y')
  expect([...contentOf(reply(200, 'text/plain'), 'a', inits).headers]).toEqual([['content-type', 'text/plain']])
})

test('an app that makes types up does not fill the memory', () => {
  const made = vi.fn(make)
  const inits = new ResponseInits(made)
  for (let i = 0; i < 1000; i++) inits.of(200, `text/x-${i}`)
  expect(made).toHaveBeenCalledTimes(1000)
  inits.of(200, 'text/x-0')
  expect(made).toHaveBeenCalledTimes(1000)
  expect(inits.of(200, 'text/x-999')).not.toBe(inits.of(200, 'text/x-999'))
})

test('a type that would split the answer is refused', () => {
  expect(() => contentOf(reply(200, 'a\r\nb: c'), 'a', new ResponseInits(make))).toThrow(TypeError)
})

test('what app.fetch() answers is nobody else’s, either', async () => {
  const first = toResponse(reply(201, 'text/plain'))
  first.headers.set('content-type', 'text/html')
  first.headers.set('x', 'y')
  const second = toResponse(reply(201, 'text/plain'))
  expect([second.status, [...second.headers], await second.text()]).toEqual([
    201,
    [['content-type', 'text/plain']],
    'a',
  ])
  expect(() => toResponse(reply(200, 'a\r\nb: c'))).toThrow(TypeError)
})
