import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FormReading, readForm } from '../src/body.ts'
import { HTTPException } from '../src/exceptions.ts'
import { WebIncoming } from '../src/incoming.ts'
import { type Limits, limitsOf } from '../src/limits.ts'

const BROKEN = [400, 'There was an error parsing the body']
const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** Lines with the ends that multipart asks for. */
const lines = (...given: string[]): string => given.join('\r\n')
const part = (disposition: string, content = '', ...headers: string[]): string =>
  lines('--b', `Content-Disposition: ${disposition}`, ...headers, '', content)
const body = (...parts: string[]): string => `${parts.join('\r\n')}\r\n--b--\r\n`

interface Given {
  readonly type?: string
  readonly limits?: Partial<Limits>
  readonly reading?: FormReading
  readonly chunks?: readonly number[]
  readonly headers?: Record<string, string>
}

async function read(
  sent: string | Uint8Array<ArrayBuffer>,
  given: Given = {},
): Promise<Map<string, (string | File)[]> | undefined> {
  const bytes = typeof sent === 'string' ? encode(sent) : sent
  let at = 0
  let chunk = 0
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const size = given.chunks?.[chunk++ % given.chunks.length] ?? bytes.length
      // A buffer of its own that is overwritten after: nobody may keep it.
      controller.enqueue(bytes.slice(at, at + size))
      at += size
      if (at >= bytes.length) controller.close()
    },
  })
  const headers = { 'content-type': given.type ?? 'multipart/form-data; boundary=b', ...given.headers }
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body: stream, duplex: 'half' }
  const incoming = new WebIncoming(new Request('http://host.example/', init))
  incoming.limits = limitsOf(given.limits)
  return readForm(incoming, given.reading ?? { files: true })
}

async function refusal(promise: Promise<unknown>): Promise<unknown[]> {
  const error: unknown = await promise.then(
    (value) => expect.unreachable(`gave ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (!(error instanceof HTTPException)) throw error
  return [error.status, error.detail]
}

async function fileOf(sent: string, name = 'f'): Promise<{ name: string; type: string; text: string }> {
  const file = (await read(sent))?.get(name)?.[0] as File
  expect(file).toBeInstanceOf(File)
  return { name: file.name, type: file.type, text: await file.text() }
}

test('what a browser sends', async () => {
  const form = new FormData()
  form.append('name', 'Zoë "quoted"')
  form.append('tag', 'a')
  form.append('tag', 'b\r\n--not the boundary\r\n')
  form.append('quote"d', '')
  form.append('picture', new File([new Uint8Array([0, 13, 10, 45, 45, 255])], 'p"ü.png', { type: 'image/png' }))
  const request = new Request('http://host.example/', { method: 'POST', body: form })
  const fields = await readForm(new WebIncoming(request), { files: true })
  expect(fields?.get('name')).toEqual(['Zoë "quoted"'])
  expect(fields?.get('tag')).toEqual(['a', 'b\r\n--not the boundary\r\n'])
  expect(fields?.get('quote"d')).toEqual([''])
  const picture = fields?.get('picture')?.[0] as File | undefined
  expect(picture).toMatchObject({ name: 'p"ü.png', type: 'image/png', size: 6 })
  expect(new Uint8Array((await picture?.arrayBuffer()) ?? [])).toEqual(new Uint8Array([0, 13, 10, 45, 45, 255]))
})

// RFC 7578 §4 in one: what curl and others send.
test('the example of RFC 7578 §4.2, with a charset', async () => {
  const sent = lines(
    '--AaB03x',
    'content-disposition: form-data; name="field1"',
    'content-type: text/plain;charset=UTF-8',
    'content-transfer-encoding: 8bit',
    '',
    'Joe owes €100.',
    '--AaB03x--',
  )
  expect(await read(sent, { type: 'multipart/form-data; boundary=AaB03x' })).toEqual(
    new Map([['field1', ['Joe owes €100.']]]),
  )
})

test('agrees with the platform, however the bytes are cut', { timeout: 30_000 }, async () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '\r\n', '\r\n--', '\r\n--b', '--b--', '\r', '\r\r\n--a'),
  )
  const field = fc.record({
    name: fc.constantFrom('a', 'b', 'c"', 'ü'),
    value: value.filter((text) => text.isWellFormed()),
    isFile: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(field, { minLength: 1, maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      async (given, chunks) => {
        const form = new FormData()
        for (const { name, value, isFile } of given)
          form.append(name, isFile ? new File([value], 'x.bin', { type: 'a/b' }) : value)
        const response = new Response(form)
        const type = response.headers.get('content-type') as string
        const bytes = new Uint8Array(await response.arrayBuffer())
        const expected = await new Response(bytes, { headers: { 'content-type': type } }).formData()
        const fields = await read(bytes, { type, chunks })
        const plain = async (value: string | File): Promise<unknown> =>
          typeof value === 'string' ? value : [value.name, value.type, await value.text()]
        for (const name of new Set(expected.keys())) {
          expect(await Promise.all(fields?.get(name)?.map(plain) ?? [])).toEqual(
            await Promise.all(expected.getAll(name).map(plain)),
          )
        }
        expect([...(fields?.keys() ?? [])]).toEqual([...new Set(expected.keys())])
      },
    ),
    { numRuns: 60 },
  )
})

test('chunks of one byte', async () => {
  const sent = body(
    part('form-data; name="a"', 'x\r\n--\r\n-'),
    part('form-data; name="f"; filename="g"', '\r\n\r\n--\r\n--c', 'Content-Type: image/png'),
  )
  const fields = await read(sent, { chunks: [1] })
  expect(fields?.get('a')).toEqual(['x\r\n--\r\n-'])
  const file = fields?.get('f')?.[0] as File | undefined
  expect(await file?.text()).toBe('\r\n\r\n--\r\n--c')
})

describe('boundaries', () => {
  const one = part('form-data; name="a"', '1')
  test.each([
    ['none in the header', body(one), 'multipart/form-data'],
    ['empty', body(one), 'multipart/form-data; boundary=""'],
    ['too long', body(one), `multipart/form-data; boundary=${'b'.repeat(71)}`],
    ['with a space at its end', body(one), 'multipart/form-data; boundary="b "'],
    ['with a forbidden character', body(one), 'multipart/form-data; boundary="b\\"b"'],
    ['another one', body(one), 'multipart/form-data; boundary=c'],
    ['no last one', one],
    ['a cut last one', `${one}\r\n--b-`],
    ['a half last one', `${one}\r\n--b`],
    ['cut in the headers', '--b\r\nContent-Disposition: form-data; name="a"\r\n'],
    ['text in front', `preamble\r\n${body(one)}`],
    ['an empty line in front', `\r\n${body(one)}`],
    ['text behind', `${body(one)}epilogue`],
    ['a second form behind', body(one) + body(one)],
    ['more after the boundary on its line', `${one}\r\n--bc\r\n\r\n--b--`],
    ['a space after the boundary', `--b \r\n${one.slice(5)}\r\n--b--`],
    ['lines that end with LF', body(one).replaceAll('\r\n', '\n')],
    ['lines that end with CR', body(one).replaceAll('\r\n', '\r')],
    ['garbage', 'garbage'],
    ['only hyphens', '--'],
  ])('%s', async (_, sent, type?: string) => {
    expect(await refusal(read(sent, type === undefined ? {} : { type }))).toEqual(BROKEN)
    expect(await refusal(read(sent, { chunks: [1], ...(type === undefined ? {} : { type }) }))).toEqual(BROKEN)
  })

  test('two in the header', async () => {
    expect((await refusal(read(body(one), { type: 'multipart/form-data; boundary=b; boundary=c' })))[0]).toBe(415)
    expect((await refusal(read(body(one), { type: 'multipart/mixed; boundary=b' })))[0]).toBe(415)
  })

  test('what is right', async () => {
    const expected = new Map([['a', ['1']]])
    expect(await read(body(one))).toEqual(expected)
    expect(await read(body(one).slice(0, -2))).toEqual(expected)
    expect(await read(body(one), { type: 'Multipart/Form-Data; Boundary="b"' })).toEqual(expected)
    expect(await read('--b--')).toEqual(new Map())
    const odd = "0'()+_,-./:=? z"
    expect(
      await read(body(one).replaceAll('--b', `--${odd}`), { type: `multipart/form-data; boundary="${odd}"` }),
    ).toEqual(expected)
    expect(await read('', { type: 'multipart/form-data; boundary=b' })).toBeUndefined()
  })
})

describe('headers of a part', () => {
  test.each([
    ['none', lines('--b', '', '1')],
    ['no disposition', lines('--b', 'Content-Type: text/plain', '', '1')],
    ['no name', part('form-data')],
    ['no name but a file name', part('form-data; filename="x"')],
    ['another disposition', part('attachment; name="a"')],
    ['a name twice', part('form-data; name="a"; name="b"')],
    ['a name twice in other letters', part('form-data; name="a"; Name="b"')],
    ['a file name twice', part('form-data; name="a"; filename="a"; filename="b"')],
    ['two dispositions', part('form-data; name="a"', '', 'content-disposition: form-data; name="b"')],
    ['two types', part('form-data; name="a"', '', 'Content-Type: text/plain', 'content-type: text/html')],
    ['__proto__', part('form-data; name="__proto__"')],
    ['__proto__ of a file', part('form-data; name=__proto__; filename=x')],
    ['base64', part('form-data; name="a"', 'MQ==', 'Content-Transfer-Encoding: base64')],
    ['an escaped quote', part('form-data; name="a\\"b"')],
    ['no closing quote', part('form-data; name="a')],
    ['text after the quotes', part('form-data; name="a"b')],
    ['a folded line', part('form-data;\r\n name="a"')],
    ['a line without a colon', part('form-data; name="a"', '', 'X-Broken')],
    ['a space before the colon', part('form-data; name="a"', '', 'X : 1')],
    ['NUL', part('form-data; name="a\0"')],
    ['a lone CR', part('form-data; name="a\rb"')],
    ['a lone LF', part('form-data; name="a\nb"')],
    ['NUL in a file name', part('form-data; name="a"; filename="a.php\0.png"')],
    ['an encoded line end in a file name', part('form-data; name="a"; filename="a%0d%0ab"')],
    ['an encoded NUL in a file name', part("form-data; name=a; filename*=utf-8''a%00b")],
    ['a file name in another charset', part("form-data; name=a; filename*=iso-8859-1''a%e4")],
    ['a file name that is not UTF-8', part("form-data; name=a; filename*=utf-8''a%ff")],
    ['a file name that is not encoded', part("form-data; name=a; filename*=utf-8''a%f")],
  ])('%s', async (_, sent) => {
    expect(await refusal(read(body(sent)))).toEqual(BROKEN)
  })

  test('bytes that are not UTF-8', async () => {
    const name = encode(body(part('form-data; name="?"')))
    name[name.indexOf(63)] = 0xff
    expect(await refusal(read(name))).toEqual(BROKEN)
    const text = encode(body(part('form-data; name="a"', '?')))
    text[text.indexOf(63)] = 0xff
    expect(await refusal(read(text))).toEqual(BROKEN)
    const file = encode(body(part('form-data; name="a"; filename="f"', '?')))
    file[file.indexOf(63)] = 0xff
    expect((await read(file))?.get('a')?.[0]).toMatchObject({ size: 1 })
  })

  test('another charset', async () => {
    expect(
      (await refusal(read(body(part('form-data; name="a"', 'x', 'Content-Type: text/plain; charset=utf-16')))))[0],
    ).toBe(415)
  })

  test('names', async () => {
    const sent = body(
      part('form-data; name=a'),
      part('FORM-DATA;name="b c"'),
      part('form-data ; NAME="%22%0D%0a%41"; x=y'),
      part('form-data; name="C:\\d"'),
    )
    expect([...((await read(sent))?.keys() ?? [])]).toEqual(['a', 'b c', '"\r\n%41', 'C:\\d'])
  })

  test.each([
    ['x.png', 'x.png'],
    ['/etc/passwd', 'passwd'],
    ['../../x', 'x'],
    ['C:\\Users\\me\\x.txt', 'x.txt'],
    ['a/b\\c', 'c'],
    ['..', ''],
    ['.', ''],
    ['a/..', ''],
    ['', ''],
    ['.htaccess', '.htaccess'],
    ['%22a', '"a'],
    ['ü', 'ü'],
  ])('the file name %s is %s', async (given, name) => {
    expect(await fileOf(body(part(`form-data; name=f; filename="${given}"`, '1')))).toEqual({
      name,
      type: 'text/plain',
      text: '1',
    })
  })

  test('filename*, alone and beside filename', async () => {
    expect((await fileOf(body(part("form-data; name=f; filename*=UTF-8''%e2%82%ac%20r.txt")))).name).toBe('€ r.txt')
    expect((await fileOf(body(part("form-data; name=f; filename=x; filename*=utf-8'en'..%2f..%2Fy")))).name).toBe('y')
  })

  test('a type of a file is taken as sent, one that is none is empty', async () => {
    const typed = (type: string): string => body(part('form-data; name=f; filename=x', '', `Content-Type: ${type}`))
    expect((await fileOf(typed('Image/PNG'))).type).toBe('image/png')
    expect((await fileOf(typed('text/plain; charset=latin1'))).type).toBe('text/plain; charset=latin1')
    expect((await fileOf(typed('image'))).type).toBe('')
  })
})

describe('limits', () => {
  /** A body that never ends; `pulled` tells how much of it was taken. */
  function endless(
    first: string,
    repeated: string,
  ): { run: (limits: Partial<Limits>, reading?: FormReading) => Promise<unknown[]>; pulled: () => number } {
    let pulled = 0
    const chunk = encode(repeated)
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const bytes = pulled === 0 ? encode(first) : chunk
          pulled += bytes.length
          controller.enqueue(bytes)
        },
      },
      { highWaterMark: 0 },
    )
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: stream,
      duplex: 'half',
    }
    const incoming = new WebIncoming(new Request('http://host.example/', init))
    return {
      run: (limits, reading = { files: true }) => {
        incoming.limits = limitsOf(limits)
        return refusal(readForm(incoming, reading))
      },
      pulled: () => pulled,
    }
  }

  test('the whole body', async () => {
    const { run, pulled } = endless('--b\r\n', 'X: 1\r\n')
    expect(await run({ multipartBody: 100 })).toEqual([413, 'The body is larger than 100 bytes'])
    expect(pulled()).toBeLessThan(120)
  })

  test('the announced length, before a byte is read', async () => {
    const headers = { 'content-length': String(17 * 1024 * 1024) }
    expect((await refusal(read('--b--', { headers })))[0]).toBe(413)
    expect(
      (
        await refusal(
          read('--b--', { headers: { 'content-length': '2000' }, limits: { body: 1000 }, reading: { files: false } }),
        )
      )[0],
    ).toBe(413)
  })

  test('a file', async () => {
    const { run, pulled } = endless(`${part('form-data; name=f; filename=x')}`, 'x'.repeat(100))
    expect(await run({ file: 1000 })).toEqual([413, 'A file is larger than 1000 bytes'])
    expect(pulled()).toBeLessThan(1300)
    const exact = body(part('form-data; name=f; filename=x', 'x'.repeat(1000)))
    expect((await read(exact, { limits: { file: 1000 }, chunks: [7] }))?.get('f')?.[0]).toMatchObject({ size: 1000 })
    expect((await refusal(read(exact, { limits: { file: 999 }, chunks: [7] })))[0]).toBe(413)
  })

  test('a file, for all fields and for each', async () => {
    const sent = body(part('form-data; name=f; filename=x', '12345'))
    expect((await refusal(read(sent, { reading: { files: true, maxFileSize: 4 } })))[0]).toBe(413)
    expect(await read(sent, { limits: { file: 4 }, reading: { files: true, maxFileSize: 5 } })).toBeInstanceOf(Map)
    expect((await refusal(read(sent, { reading: { files: true, maxFileSize: new Map([['f', 4]]) } })))[0]).toBe(413)
    expect(
      await read(sent, { limits: { file: 5 }, reading: { files: true, maxFileSize: new Map([['g', 4]]) } }),
    ).toBeInstanceOf(Map)
  })

  test('the texts together', async () => {
    const { run, pulled } = endless(
      body(part('form-data; name=a', 'x'.repeat(60)), part('form-data; name=c')).slice(0, -9),
      'x',
    )
    expect(await run({ body: 100 })).toEqual([413, 'The texts of the form are larger than 100 bytes'])
    expect(pulled()).toBeLessThan(250)
  })

  test('fields', async () => {
    const { run, pulled } = endless('--b', part('form-data; name=a', '1').slice(3).concat('\r\n--b'))
    expect(await run({ fields: 3 })).toEqual([413, 'The form has more than 3 fields'])
    expect(pulled()).toBeLessThan(300)
  })

  test('the headers of a part', async () => {
    const { run, pulled } = endless('--b\r\n', 'x'.repeat(100))
    expect(await run({})).toEqual([413, 'The headers of a part are larger than 8192 bytes'])
    expect(pulled()).toBeLessThan(8500)
  })

  test('a form without files is as long as a body', async () => {
    expect(
      (
        await refusal(
          read(body(part('form-data; name=f; filename=x', 'x'.repeat(100))), {
            limits: { body: 100 },
            reading: { files: false },
          }),
        )
      )[0],
    ).toBe(413)
    const fields = await read(body(part('form-data; name=a', 'x')), {
      limits: { body: 100 },
      reading: { files: false },
    })
    expect(fields?.get('a')).toEqual(['x'])
  })
})

test('garbage never does anything but 400, 413 or 415', { timeout: 30_000 }, async () => {
  const piece = fc.constantFrom(
    '--b',
    '\r\n',
    '--',
    'Content-Disposition: form-data; name=a',
    '; filename=x',
    '\r',
    '\n',
    ':',
    '"',
    'x',
    'Content-Type: a/b',
    '\r\n\r\n',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 20 }), fc.integer({ min: 1, max: 9 }), async (pieces, size) => {
      const whole = await read(pieces.join('')).catch((error: HTTPException) => error.status)
      const cut = await read(pieces.join(''), { chunks: [size] }).catch((error: HTTPException) => error.status)
      if (typeof whole === 'number') expect([400, 413, 415]).toContain(whole)
      expect(typeof cut === 'number' ? cut : [...(cut ?? []).keys()]).toEqual(
        typeof whole === 'number' ? whole : [...(whole ?? []).keys()],
      )
    }),
    { numRuns: 150 },
  )
})
