/** Forms: urlencoded and multipart, field by field and as a whole, with files. */
import { App, File as FileParam, Form } from 'sallyport'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

type Params = Record<string, unknown>
/** The status and the JSON of an answer that tells its arguments; of files it tells name, type and text. */
async function ask(
  params: Params,
  body: BodyInit | undefined,
  headers: Record<string, string> = {},
): Promise<[number, unknown]> {
  const app = new App({ limits: { file: 100, fields: 20 } })
  app.post(
    '/',
    { params } as never,
    (async (args: Params) =>
      Object.fromEntries(
        await Promise.all(Object.entries(args).map(async ([name, value]) => [name, await told(value)])),
      )) as never,
  )
  const response = await app.request('/', { method: 'POST', headers, ...(body === undefined ? {} : { body }) })
  const content = (await response.json()) as { detail?: unknown }
  if (response.status === 200) return [200, content]
  return [
    response.status,
    response.status === 422
      ? (content.detail as { type: string; loc: unknown[] }[]).map(({ type, loc }) => [type, ...loc])
      : content.detail,
  ]
}
async function told(value: unknown): Promise<unknown> {
  if (value instanceof File) return `${value.name} (${value.type}): ${await value.text()}`
  return Array.isArray(value) ? Promise.all(value.map(told)) : value
}

/** The same fields in both codings. */
function coded(fields: readonly (readonly [string, string])[]): [string, BodyInit][] {
  const multipart = new FormData()
  for (const [name, value] of fields) multipart.append(name, value)
  return [
    ['urlencoded', new URLSearchParams(fields.map(([name, value]) => [name, value]))],
    ['multipart', multipart],
  ]
}

describe('fields', () => {
  const text = z.string()
  test.each<[string, Params, (readonly [string, string])[], [number, unknown]]>([
    [
      'texts and numbers',
      { name: Form(text), age: Form(z.int()) },
      [
        ['name', 'a b&c=d+é'],
        ['age', '7'],
      ],
      [200, { name: 'a b&c=d+é', age: 7 }],
    ],
    [
      'a checkbox',
      { on: Form(z.boolean().default(false)), off: Form(z.boolean().default(false)) },
      [['on', 'on']],
      [200, { on: true, off: false }],
    ],
    [
      'empty text is absent',
      { a: Form(text.optional()), b: Form(text.default('d')) },
      [
        ['a', ''],
        ['b', ''],
      ],
      [200, { b: 'd' }],
    ],
    ['a space is a text', { a: Form(text) }, [['a', ' ']], [200, { a: ' ' }]],
    ['line ends stay', { a: Form(text) }, [['a', '1\r\n2']], [200, { a: '1\r\n2' }]],
    [
      'a list',
      { tag: Form(z.array(text)) },
      [
        ['tag', 'a'],
        ['tag', ''],
        ['tag', 'b'],
      ],
      [200, { tag: ['a', 'b'] }],
    ],
    [
      'a list of numbers',
      { id: Form(z.array(z.int())) },
      [
        ['id', '1'],
        ['id', 'x'],
      ],
      [422, [['invalid_type', 'body', 'id', 1]]],
    ],
    ['an empty list', { id: Form(z.array(z.int()).default([])) }, [['id', '']], [200, { id: [] }]],
    ['an alias', { a: Form(z.int(), { alias: 'b-c' }) }, [['b-c', 'x']], [422, [['invalid_type', 'body', 'b-c']]]],
    [
      'others are left out',
      { a: Form(text) },
      [
        ['a', '1'],
        ['other', '2'],
      ],
      [200, { a: '1' }],
    ],
    [
      'twice is no single one',
      { a: Form(text), b: Form(z.int()) },
      [
        ['a', '1'],
        ['a', '1'],
        ['b', 'x'],
      ],
      [
        422,
        [
          ['duplicate', 'body', 'a'],
          ['invalid_type', 'body', 'b'],
        ],
      ],
    ],
    [
      'twice, once empty, is',
      { a: Form(text) },
      [
        ['a', ''],
        ['a', '1'],
      ],
      [200, { a: '1' }],
    ],
    [
      'all that is missing',
      { a: Form(text), b: Form(z.int()) },
      [['x', '1']],
      [
        422,
        [
          ['missing', 'body', 'a'],
          ['missing', 'body', 'b'],
        ],
      ],
    ],
    [
      'names of the prototype',
      { constructor: Form(text.optional()), toString: Form(text.optional()) },
      [['toString', 'x']],
      [200, { toString: 'x' }],
    ],
    [
      'a whole form',
      { form: Form(z.object({ a: z.int(), tags: z.array(text).default([]), b: text.optional() })) },
      [
        ['a', '1'],
        ['b', ''],
      ],
      [200, { form: { a: 1, tags: [] } }],
    ],
    [
      'a whole form that does not fit',
      { form: Form(z.object({ a: z.int(), b: text, c: text })) },
      [
        ['a', 'x'],
        ['c', '1'],
        ['c', '2'],
      ],
      [422, [['duplicate', 'body', 'c']]],
    ],
    [
      'a whole form with fields missing',
      { form: Form(z.object({ a: z.int(), b: text })) },
      [['b', '1']],
      [422, [['missing', 'body', 'a']]],
    ],
    [
      'a closed form',
      { form: Form(z.strictObject({ a: z.int() })) },
      [
        ['a', '1'],
        ['b', '2'],
      ],
      [422, [['unrecognized_keys', 'body']]],
    ],
    [
      'a whole form and a field',
      { form: Form(z.object({ a: z.int() })), b: Form(text) },
      [
        ['a', '1'],
        ['b', '2'],
      ],
      [200, { form: { a: 1 }, b: '2' }],
    ],
    [
      'as many as the limit',
      { a: Form(z.array(text)) },
      Array.from({ length: 20 }, () => ['a', '1'] as const),
      [200, { a: Array(20).fill('1') }],
    ],
    [
      'one more',
      { a: Form(z.array(text)) },
      Array.from({ length: 21 }, () => ['a', '1'] as const),
      [413, 'The form has more than 20 fields'],
    ],
  ])('%s', async (_, params, fields, expected) => {
    for (const [coding, body] of coded(fields)) expect([coding, await ask(params, body)]).toEqual([coding, expected])
  })

  test('no body at all: what is required is missing, what is not has its default', async () => {
    expect(await ask({ a: Form(text), b: Form(text.default('d')) }, undefined)).toEqual([
      422,
      [['missing', 'body', 'a']],
    ])
    expect(await ask({ a: Form(text.optional()), b: Form(text.default('d')) }, undefined)).toEqual([200, { b: 'd' }])
    expect(await ask({ a: Form(text) }, '', { 'content-type': 'application/x-www-form-urlencoded' })).toEqual([
      422,
      [['missing', 'body', 'a']],
    ])
  })
})

describe('files', () => {
  const png = (content = 'x', name = 'a.png', type = 'image/png') => new File([content], name, { type })
  const form = (...fields: [string, string | File][]): FormData => {
    const data = new FormData()
    for (const [name, value] of fields) data.append(name, value)
    return data
  }

  test.each<[string, Params, [string, string | File][], [number, unknown]]>([
    [
      'one, with a field',
      { file: FileParam(), name: Form(z.string()) },
      [
        ['name', 'n'],
        ['file', png()],
      ],
      [200, { file: 'a.png (image/png): x', name: 'n' }],
    ],
    ['an empty one with a name', { file: FileParam() }, [['file', png('')]], [200, { file: 'a.png (image/png): ' }]],
    [
      'a file input in which nothing was chosen',
      { file: FileParam() },
      [['file', new File([], '', { type: 'application/octet-stream' })]],
      [422, [['missing', 'body', 'file']]],
    ],
    ['one that may be absent', { file: FileParam({ optional: true }) }, [['x', 'y']], [200, {}]],
    ['one that may not', { file: FileParam() }, [['x', 'y']], [422, [['missing', 'body', 'file']]]],
    [
      'several',
      { files: FileParam({ multiple: true }) },
      [
        ['files', png('1')],
        ['files', png('2', 'b')],
      ],
      [200, { files: ['a.png (image/png): 1', 'b (image/png): 2'] }],
    ],
    ['none of several', { files: FileParam({ multiple: true, optional: true }) }, [['x', 'y']], [200, { files: [] }]],
    [
      'two for one',
      { file: FileParam() },
      [
        ['file', png()],
        ['file', png()],
      ],
      [422, [['duplicate', 'body', 'file']]],
    ],
    [
      'by an alias',
      { file: FileParam({ alias: 'up-load' }) },
      [['up-load', png()]],
      [200, { file: 'a.png (image/png): x' }],
    ],
    ['a text instead', { file: FileParam() }, [['file', 'text']], [422, [['file_expected', 'body', 'file']]]],
    [
      'a file for a text',
      { file: FileParam({ optional: true }), name: Form(z.string()) },
      [['name', png()]],
      [422, [['text_expected', 'body', 'name']]],
    ],
    [
      'of a type that is taken',
      { file: FileParam({ mediaTypes: ['text/plain', 'image/*'] }) },
      [['file', png()]],
      [200, { file: 'a.png (image/png): x' }],
    ],
    [
      'of one that is not',
      { file: FileParam({ mediaTypes: ['text/plain'] }) },
      [['file', png()]],
      [415, 'The file file is none of text/plain'],
    ],
    [
      'whose type only begins well',
      { file: FileParam({ mediaTypes: ['image/png'] }) },
      [['file', png('x', 'a', 'image/pngx')]],
      [415, 'The file file is none of image/png'],
    ],
    [
      'as large as it may be',
      { file: FileParam({ maxSize: 3 }) },
      [['file', png('123')]],
      [200, { file: 'a.png (image/png): 123' }],
    ],
    ['larger', { file: FileParam({ maxSize: 3 }) }, [['file', png('1234')]], [413, 'A file is larger than 3 bytes']],
    [
      'larger than the limit of the app',
      { file: FileParam() },
      [['file', png('x'.repeat(101))]],
      [413, 'A file is larger than 100 bytes'],
    ],
    [
      'a field that nobody declared counts, too',
      { file: FileParam({ optional: true, maxSize: 3 }) },
      [['other', png('x'.repeat(101))]],
      [413, 'A file is larger than 100 bytes'],
    ],
    [
      'names that lead somewhere',
      { file: FileParam() },
      [['file', png('x', '../../etc/passwd')]],
      [200, { file: 'passwd (image/png): x' }],
    ],
    ['a name of the prototype', { constructor: FileParam({ optional: true }) }, [['toString', png()]], [200, {}]],
  ])('%s', async (_, params, fields, expected) => {
    expect(await ask(params, form(...fields))).toEqual(expected)
  })

  test('a form without multipart cannot have any', async () => {
    expect(await ask({ file: FileParam() }, new URLSearchParams({ file: 'x' }))).toEqual([
      415,
      'The body must be multipart/form-data',
    ])
    expect(await ask({ file: FileParam() }, undefined)).toEqual([422, [['missing', 'body', 'file']]])
  })
})
