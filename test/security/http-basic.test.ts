import { inspect } from 'node:util'
import fc from 'fast-check'
import { HTTPBasic } from 'sallyport/security'
import { expect, test } from 'vitest'
import { authorize, get, unauthorized } from './requests.ts'

const basic = new HTTPBasic()
const encode = (bytes: string | Uint8Array): string => `Basic ${Buffer.from(bytes).toString('base64')}`
const broken = unauthorized('Basic', 'broken')

test('RFC 7617 section 2: Aladdin', () => {
  expect(authorize(basic, 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==')).toEqual({
    username: 'Aladdin',
    password: 'open sesame',
  })
})

test('RFC 7617 section 2.1: a pound sign in UTF-8', () => {
  expect(authorize(basic, 'Basic dGVzdDoxMjPCow==')).toEqual({ username: 'test', password: '123£' })
})

test('RFC 7617 section 2: the first colon ends the name', () => {
  expect(authorize(basic, encode('a:b:c'))).toEqual({ username: 'a', password: 'b:c' })
  expect(authorize(basic, encode(':'))).toEqual({ username: '', password: '' })
  expect(authorize(basic, encode('a:'))).toEqual({ username: 'a', password: '' })
  expect(authorize(basic, encode(':b'))).toEqual({ username: '', password: 'b' })
})

test('a byte order mark is a character like any other: one name has one spelling', () => {
  expect(authorize(basic, encode('\ufeffa:b'))).toEqual({ username: '\ufeffa', password: 'b' })
})

test('the auth-scheme ignores case, blanks around the rest are taken off', () => {
  for (const value of ['basic YTpi', 'BASIC YTpi', 'bAsIc   YTpi', 'Basic YTpi  ', 'Basic \tYTpi\t']) {
    expect(authorize(basic, value)).toEqual({ username: 'a', password: 'b' })
  }
})

test.each([
  undefined,
  '',
  'Bearer YTpi',
  'Basi YTpi',
  'BasicX YTpi',
  'Basic\tYTpi',
  'Basic,YTpi',
  'Basic=',
  ' Basic YTpi',
])('absent: %j', (value) => {
  expect(authorize(basic, value)).toEqual(unauthorized('Basic', 'absent'))
  expect(authorize(new HTTPBasic({ autoError: false }), value)).toBe(undefined)
})

test.each([
  ['nothing after it', 'Basic'],
  ['a blank after it', 'Basic '],
  ['no base64', 'Basic notabase64token'],
  ['no colon', encode('johnsecret')],
  ['missing padding', 'Basic YWI6Yw'],
  ['half of the padding', 'Basic YWI6Yw='],
  ['too much padding', 'Basic YTpi===='],
  ['padding of its own', 'Basic ===='],
  ['text after the padding', 'Basic YWI6Yw==YTpi'],
  ['padding inside', 'Basic YW=6Yw=='],
  ['stray bits before two pads', 'Basic YWI6Yx=='],
  ['other stray bits before two pads', 'Basic YWI6Y0=='],
  ['stray bits before one pad', 'Basic YWI6Y2R='],
  ['base64url', 'Basic Pz86Pj4_'],
  ['a blank inside', 'Basic YT pi'],
  ['a tab inside', 'Basic YT\tp'],
  ['a line break', 'Basic YTpi\n'],
  ['a second header joined to it', 'Basic YTpi, Basic YTpj'],
  ['a parameter', 'Basic realm="x"'],
  ['other alphabets', 'Basic ＹＴｐｉ'],
  ['Latin-1', encode(Buffer.from('jos\xe9:x', 'latin1'))],
  ['half of a character', encode(Buffer.from([0x61, 0x3a, 0xc2]))],
  ['an overlong colon', encode(Buffer.from([0x61, 0xc0, 0xba, 0x62]))],
  ['a surrogate in UTF-8', encode(Buffer.from([0x61, 0x3a, 0xed, 0xa0, 0x80]))],
  ['a control character in the name', encode('a\0:b')],
  ['a control character in the password', encode('a:b\r\n')],
  ['a tab in the password', encode('a:\t')],
  ['DEL', encode('a:\x7f')],
  ['a C1 control character', encode('a:\u0085')],
])('broken, with and without autoError: %s', (_, value) => {
  expect(authorize(basic, value)).toEqual(broken)
  expect(authorize(new HTTPBasic({ autoError: false }), value)).toEqual(broken)
})

test('the longest that is read is 16,384 characters', () => {
  const longest = `a:${'x'.repeat(12_286)}`
  expect(Buffer.from(longest).toString('base64')).toHaveLength(16_384)
  expect(authorize(basic, encode(longest))).toEqual({ username: 'a', password: 'x'.repeat(12_286) })
  expect(authorize(basic, encode(`${longest}xxx`))).toEqual(broken)
})

test('the realm is in the challenge, escaped, and not in the model', () => {
  const scheme = new HTTPBasic({ realm: 'a "quoted" \\ realm' })
  expect(authorize(scheme)).toEqual(unauthorized('Basic realm="a \\"quoted\\" \\\\ realm"', 'absent'))
  expect(scheme.model).toEqual({ type: 'http', scheme: 'basic' })
  expect(authorize(new HTTPBasic({ realm: 'R' }))).toEqual(unauthorized('Basic realm="R"', 'absent'))
})

test('charset is in the challenge when asked for', () => {
  expect(authorize(new HTTPBasic({ realm: 'foo', charset: 'UTF-8' }))).toEqual(
    unauthorized('Basic realm="foo", charset="UTF-8"', 'absent'),
  )
  expect(() => new HTTPBasic({ charset: 'latin1' as never })).toThrow(/HTTPBasic: charset is 'UTF-8'/)
})

test.each(['', 'a\r\nset-cookie: a=b', 'a\0', 'ä', '\t'])('realm %j is refused', (realm) => {
  expect(() => new HTTPBasic({ realm })).toThrow(/HTTPBasic: realm is printable ASCII/)
})

test('the value is frozen; JSON has the password, a log does not', () => {
  const value = authorize(basic, encode('john:hunter2'))
  expect(Object.isFrozen(value)).toBe(true)
  expect(JSON.stringify(value)).toBe('{"username":"john","password":"hunter2"}')
  expect({ ...(value as object) }).toStrictEqual({ username: 'john', password: 'hunter2' })
  expect(inspect({ deep: [value] }, { depth: 5 })).toBe("{ deep: [ { username: 'john', password: '[hidden]' } ] }")
})

const text = fc.string({ unit: 'binary' }).filter((value) => !/\p{Cc}/u.test(value))

test('any name without a colon and any password come back as they were encoded', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (name, password) => {
      const username = name.replaceAll(':', '')
      expect(await basic(get({ authorization: encode(`${username}:${password}`) }))).toEqual({ username, password })
    }),
    { numRuns: 500 },
  )
})

test('bytes are read or refused with the same 401, never otherwise', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const value = authorize(basic, encode(bytes))
      const decoded = Buffer.from(bytes).toString('utf8')
      const readable = Buffer.from(decoded, 'utf8').equals(bytes) && /^\P{Cc}*:\P{Cc}*$/u.test(decoded)
      const colon = decoded.indexOf(':')
      const credentials = { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
      expect(value).toEqual(readable ? credentials : broken)
    }),
    { numRuns: 2000 },
  )
})

test('any text after Basic is read only in its one spelling', () => {
  const base64ish = fc.string({ unit: fc.constantFrom(...'ABCXYZabcxyz0189+/=-_ :\t,'), maxLength: 24 })
  fc.assert(
    fc.property(fc.oneof(base64ish, fc.string({ unit: 'binary' })), (after) => {
      const value = authorize(basic, `Basic ${after}`)
      if (typeof value === 'object' && value !== null && 'status' in value) {
        expect(value).toEqual(broken)
        return
      }
      const { username, password } = value as { username: string; password: string }
      expect(Buffer.from(`${username}:${password}`).toString('base64')).toBe(after.replace(/^[ \t]+|[ \t]+$/g, ''))
    }),
    { numRuns: 2000 },
  )
})
