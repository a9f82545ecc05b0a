import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBytes, readForm, readJSON, readText } from '../src/body.ts'
import { HTTPException, RequestValidationError } from '../src/exceptions.ts'
import { WebIncoming } from '../src/incoming.ts'
import { type Limits, limitsOf } from '../src/limits.ts'

type Sent = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined

function incoming(body: Sent, headers: Record<string, string> = {}, limits: Partial<Limits> = {}): WebIncoming {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, duplex: 'half' }
  if (body !== undefined) init.body = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const made = new WebIncoming(new Request('http://host.example/', init))
  made.limits = limitsOf(limits)
  return made
}

const json = (body: Sent, limits: Partial<Limits> = {}): WebIncoming =>
  incoming(body, { 'content-type': 'application/json' }, limits)

/** What a promise is refused with: the status and detail, or the one issue. */
async function refusal(promise: Promise<unknown>): Promise<unknown[]> {
  const error: unknown = await promise.then(
    (value) => expect.unreachable(`gave ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (error instanceof HTTPException) return [error.status, error.detail]
  if (!(error instanceof RequestValidationError)) throw error
  expect(error.issues).toHaveLength(1)
  return error.issues.flatMap(({ type, loc }) => [type, ...loc])
}

const BROKEN = [400, 'There was an error parsing the body']

describe('JSON', () => {
  test('is parsed', async () => {
    const value = { a: [1, -2.5e3, 'x"\\', null, true], 'b:{[': { c: {} }, d: [[], [{}]], 'é😀': '\u2028' }
    expect(await readJSON(json(JSON.stringify(value)))).toEqual(value)
    expect(await readJSON(json(' [1 , 2]\r\n\t'))).toEqual([1, 2])
    for (const text of ['1', '"x"', 'null', 'true', '{}', '[]'])
      expect(await readJSON(json(text))).toEqual(JSON.parse(text))
  })

  test('agrees with JSON.parse', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        if (
          text.includes('__proto__') ||
          !JSON.parse(`[${text}]`).every((value: unknown) => JSON.stringify(value).isWellFormed())
        )
          return
        expect(await readJSON(json(text))).toEqual(JSON.parse(text))
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    'application/json',
    'application/json;charset=utf-8',
    'Application/JSON; Charset="UTF-8"',
    'application/json ; charset=utf8',
    'application/json; v=1;;',
    'application/problem+json',
  ])('has the content type %s', async (type) => {
    expect(await readJSON(incoming('1', { 'content-type': type }))).toBe(1)
  })

  test.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=b',
    'application/jsonp',
    'application/json+xml',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-7',
    'application/json; charset=utf-8; Charset=utf-8',
    'application/json, text/plain',
    'text/plain, application/json',
    'application/json; charset',
    'application/json; charset=',
    'application/json; charset="utf-8',
    'application/json charset=utf-8',
    'application /json',
    'json',
    '*',
    '',
  ])('does not have the content type %j', async (type) => {
    expect(await refusal(readJSON(incoming('1', { 'content-type': type })))).toEqual([
      415,
      'The body must be application/json',
    ])
  })

  test('without a content type is refused', async () => {
    expect((await refusal(readJSON(incoming('{}'))))[0]).toBe(415)
    expect((await refusal(readJSON(incoming('{}', { 'content-length': '2' }))))[0]).toBe(415)
    expect((await refusal(readJSON(incoming(undefined, { 'transfer-encoding': 'chunked' }))))[0]).toBe(415)
    const error = await readJSON(incoming('{}')).catch((error: unknown) => error)
    expect(error).toMatchObject({ headers: { accept: 'application/json' } })
  })

  test('a wrong type is refused at the first bytes', async () => {
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          controller.enqueue(new Uint8Array(pulled++)) // the first one is empty
        },
      },
      { highWaterMark: 0 },
    )
    expect((await refusal(readJSON(incoming(endless))))[0]).toBe(415)
    expect(pulled).toBe(2)
  })

  test('an absent body is undefined, whatever its type', async () => {
    const empty = (): ReadableStream<Uint8Array> => new ReadableStream({ start: (controller) => controller.close() })
    for (const body of [undefined, '', empty()]) {
      for (const headers of [
        {},
        { 'content-length': '0' },
        { 'content-type': 'text/html' },
        { 'content-type': 'application/json' },
      ]) {
        expect(
          await readJSON(incoming(body instanceof ReadableStream ? empty() : body, headers as Record<string, string>)),
        ).toBeUndefined()
      }
    }
  })

  test('of another declared type must have that type', async () => {
    const scim = { 'content-type': 'application/scim+json; charset=utf-8' }
    expect(await readJSON(incoming('1', scim), 'application/scim+json')).toBe(1)
    expect((await refusal(readJSON(json('1'), 'application/scim+json')))[0]).toBe(415)
  })

  test('compressed is refused, and how to send it said', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const error = await readJSON(incoming('1', headers)).catch((error: unknown) => error)
    expect(error).toMatchObject({ status: 415, headers: { 'accept-encoding': 'identity' } })
    expect(await readJSON(incoming('1', { ...headers, 'content-encoding': 'Identity' }))).toBe(1)
  })

  test.each([
    ['{', 1],
    ['', undefined],
    ['{"a":1,}', 7],
    ["{'a':1}", 1],
    ['{"a" 1}', 5],
    ['{"a":}', 5],
    ['{"a":1 "b":2}', 7],
    ['{"a":1', 6],
    ['{a:1}', 1],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['[1}', 2],
    ['[', 1],
    [']', 0],
    ['{]', 1],
    ['hello', 0],
    ['nul', 0],
    ['nullx', 4],
    ['NaN', 0],
    ['-', 0],
    ['01', 1],
    ['1.', 1],
    ['+1', 0],
    ['"abc', 4],
    ['"a\nb"', 2],
    ['"a\\x"', 2],
    ['"\\u12"', 1],
    ['"a" "b"', 4],
    ['{} ', undefined],
    ['{}x', 2],
    ['/* */1', 0],
    ['\u00a01', 0],
    ['[1]\u0000', 3],
    ['{"a":"\\\\"b"}', 9],
  ])('malformed: %j at %j', async (text, offset) => {
    if (offset === undefined) expect(await readJSON(json(text))).toEqual(text === '' ? undefined : JSON.parse(text))
    else expect(await refusal(readJSON(json(text)))).toEqual(['json_invalid', 'body', offset])
  })

  test('what was sent is not repeated', async () => {
    const error: unknown = await readJSON(json('{"password": "hunter2" oops}')).catch((error: unknown) => error)
    const { issues, message, cause } = error as RequestValidationError
    expect(JSON.stringify([issues, message, cause])).not.toMatch(/hunter2|password|oops/)
  })

  test('an offset is found wherever JSON.parse fails', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json(),
        fc.nat(),
        fc.string({ unit: 'grapheme-ascii', maxLength: 2 }),
        async (text, at, put) => {
          const place = at % (text.length + 1)
          const changed = text.slice(0, place) + put + text.slice(place + 1)
          let valid = true
          try {
            JSON.parse(changed)
          } catch {
            valid = false
          }
          if (valid || changed.length === 0) return
          const [type, , offset] = await refusal(readJSON(json(changed)))
          expect(type).toBe('json_invalid')
          expect(offset).toBeGreaterThanOrEqual(0)
          expect(offset).toBeLessThanOrEqual(changed.length)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('a byte order mark and bytes that are not UTF-8 are refused', async () => {
    expect(await refusal(readJSON(json(new Uint8Array([0xef, 0xbb, 0xbf, 0x31]))))).toEqual(['json_invalid', 'body', 0])
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc0, 0x80, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0xff, 0xfe, 0x31, 0x00],
    ]) {
      expect(await refusal(readJSON(json(new Uint8Array(bytes))))).toEqual(['json_invalid', 'body'])
    }
  })

  test('lone surrogates are refused, pairs and escaped backslashes are not', async () => {
    for (const text of ['"\\ud800"', '["a", {"b": "\\uDC00\\uD800"}]', '{"\\udfff": 1}']) {
      expect(await refusal(readJSON(json(text)))).toEqual(['json_invalid', 'body'])
    }
    expect(await readJSON(json('["\\ud83d\\ude00", "\\\\ud800", 1, null]'))).toEqual(['😀', '\\ud800', 1, null])
  })

  test('deep nesting is refused', async () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(await readJSON(json(nested(64)))).toHaveLength(1)
    expect(await refusal(readJSON(json(nested(65))))).toEqual(['json_too_deep', 'body'])
    expect(await refusal(readJSON(json(`${'{"a":'.repeat(3)}1${'}'.repeat(3)}`, { jsonDepth: 2 })))).toEqual([
      'json_too_deep',
      'body',
    ])
    expect(await refusal(readJSON(json('['.repeat(500_000))))).toEqual(['json_too_deep', 'body'])
    expect(await readJSON(json(`["${'['.repeat(100)}", "\\"${'{'.repeat(100)}"]`))).toHaveLength(2)
    expect(await readJSON(json('[[],[],[],{},{}]', { jsonDepth: 2 }))).toHaveLength(5)
  })

  test.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '[{"x":{"a":1,"b":{},"a":1}}]',
    '{"a":{"b":1},"a":{"b":1,"c":2}}',
    '{"":1,"":1}',
  ])('two members of one name: %s', async (text) => {
    expect(await refusal(readJSON(json(text)))).toEqual(['json_duplicate_name', 'body'])
  })

  test.each([
    '{"__proto__":{"admin":true}}',
    '[{"a":{"__proto__":1}}]',
    '{"\\u005f_proto__":1}',
    '{"__proto__":1,"__proto__":2}',
  ])('a member __proto__: %s', async (text) => {
    expect(await refusal(readJSON(json(text)))).toEqual(['json_forbidden_name', 'body'])
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  test('names of the prototype are names like any other, and so is __proto__ as a value', async () => {
    const text = '{"constructor":1,"toString":{"hasOwnProperty":2},"a":"__proto__"}'
    expect(await readJSON(json(text))).toEqual(JSON.parse(text))
  })

  test('over the limit is refused, announced or not', async () => {
    const limits = { body: 10 }
    expect(await readJSON(json('"12345678"', limits))).toBe('12345678')
    expect((await refusal(readJSON(json('"123456789"', limits))))[0]).toBe(413)
    const announced = incoming(undefined, { 'content-type': 'application/json', 'content-length': '11' }, limits)
    expect((await refusal(readJSON(announced)))[0]).toBe(413)
  })
})

describe('text and bytes', () => {
  test('text', async () => {
    const text = (body: Sent, type = 'text/plain', declared?: string): Promise<unknown> =>
      readText(incoming(body, type === '' ? {} : { 'content-type': type }, { body: 9 }), declared)
    expect(await text('grün')).toBe('grün')
    expect(await text('x', 'text/plain; charset=UTF-8')).toBe('x')
    expect(await text('x', 'text/csv', 'text/*')).toBe('x')
    expect(await text('\ufeffx')).toBe('\ufeffx')
    expect(await text('')).toBeUndefined()
    expect(await refusal(text(new Uint8Array([0xff])))).toEqual(BROKEN)
    expect((await refusal(text('0123456789')))[0]).toBe(413)
    for (const type of ['', 'text/csv', 'text/plain; charset=iso-8859-1', 'application/json']) {
      expect(await refusal(text('x', type)), type).toEqual([415, 'The body must be text/plain'])
    }
    expect((await refusal(text('x', 'textual/csv', 'text/*')))[0]).toBe(415)
  })

  test('bytes', async () => {
    const bytes = (body: Sent, headers: Record<string, string>, declared?: string): Promise<unknown> =>
      readBytes(incoming(body, headers), declared)
    const sent = new Uint8Array([0, 255, 128])
    expect(await bytes(sent, { 'content-type': 'image/png' }, 'image/*')).toEqual(sent)
    expect(await bytes(sent, { 'content-type': 'image/PNG' }, 'image/png')).toEqual(sent)
    expect(await bytes(sent, { 'content-type': 'text/x; charset=latin1' }, 'text/x')).toEqual(sent)
    expect(await bytes(sent, {})).toEqual(sent)
    expect(await bytes(sent, { 'content-type': 'a/b' })).toEqual(sent)
    expect(await bytes(undefined, {}, 'image/png')).toBeUndefined()
    expect(await bytes('', {})).toBeUndefined()
    expect((await refusal(bytes(sent, {}, 'image/png')))[0]).toBe(415)
    expect((await refusal(bytes(sent, { 'content-type': 'image/png' }, 'image/gif')))[0]).toBe(415)
    expect((await refusal(bytes(sent, { 'content-type': 'broken' })))[0]).toBe(415)
    expect((await refusal(bytes(sent, { 'content-encoding': 'br' })))[0]).toBe(415)
  })
})

describe('urlencoded forms', () => {
  const form = (
    body: Sent,
    limits: Partial<Limits> = {},
    type = 'application/x-www-form-urlencoded',
    files = false,
  ): Promise<unknown> => readForm(incoming(body, type === '' ? {} : { 'content-type': type }, limits), { files })

  test('fields in order, repeated ones together', async () => {
    expect(await form('a=1&b=x+y%20z&a=2&c=&d&=e&&%E2%82%AC=%26%3D')).toEqual(
      new Map([
        ['a', ['1', '2']],
        ['b', ['x y z']],
        ['c', ['']],
        ['d', ['']],
        ['', ['e']],
        ['€', ['&=']],
      ]),
    )
    expect(await form('')).toBeUndefined()
    expect(await form(undefined, {}, '')).toBeUndefined()
    expect(await form('a=1', {}, 'application/x-www-form-urlencoded; charset=UTF-8')).toEqual(new Map([['a', ['1']]]))
  })

  test.each(['a=%', 'a=%zz', '%=1', 'a=%ff', 'a=%C0%80', 'a=1&__proto__=1', '__proto%5F%5f=1', 'a=%ED%A0%80'])(
    'broken: %s',
    async (body) => {
      expect(await refusal(form(body))).toEqual(BROKEN)
    },
  )

  test('bytes that are not UTF-8', async () => {
    expect(await refusal(form(new Uint8Array([0x61, 0x3d, 0xff])))).toEqual(BROKEN)
  })

  test('limits', async () => {
    expect((await refusal(form('a&b&c', { fields: 2 })))[0]).toBe(413)
    expect(await form('a&b', { fields: 2 })).toBeInstanceOf(Map)
    expect((await refusal(form('a=123456', { body: 7 })))[0]).toBe(413)
    expect((await refusal(form('a&'.repeat(10_000))))[0]).toBe(413)
  })

  test('other types', async () => {
    const both = 'The body must be application/x-www-form-urlencoded or multipart/form-data'
    for (const type of ['', 'application/json', 'text/plain', 'application/x-www-form-urlencoded; charset=latin1']) {
      expect(await refusal(form('a=1', {}, type)), type).toEqual([415, both])
    }
    expect(await refusal(form('a=1', {}, undefined, true))).toEqual([415, 'The body must be multipart/form-data'])
  })
})
