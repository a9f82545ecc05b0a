import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HTTPException } from '../src/exceptions.ts'
import { decodeSegment, normalizePath, refuseTarget } from '../src/target.ts'

test.each([
  '/',
  '/items/3',
  '/items/',
  '/a//b',
  '/a/b.c/..d/e../...',
  '/.well-known/openid-configuration',
  '/a.',
  '/%2e%2e%2e',
  '/a%2F..%2Fb',
  '/%E2%82%AC',
  '/%e2%82%ac',
  '/caf%C3%A9',
  "/-._~!$&'()*+,;=:@",
  '/|"<>^`{}',
  '/?',
  '/??a=/../b',
  '/a?b=%',
  '/a?b=%zz&c=%00',
  '/a?b=\\',
  '/a?//',
  '/http://host.example/',
  '/:80',
])('%s is sound', (target) => {
  expect(refuseTarget(target)).toBeUndefined()
})

test.each([
  ['the absolute-form', 'http://host.example/'],
  ['the absolute-form in capitals', 'HTTPS://host.example/a'],
  ['the authority-form', 'host.example:443'],
  ['the asterisk-form', '*'],
  ['nothing', ''],
  ['a query alone', '?a=1'],
  ['no slash in front', 'items/3'],
  ['another host', '//host.example/a'],
  ['three slashes', '///'],
  ['a backslash in front', '\\\\host.example'],
  ['a slash and a backslash', '/\\host.example'],
  ['a backslash in the path', '/a\\..\\b'],
  ['a fragment', '/a#b'],
  ['a fragment in the query', '/a?b#c'],
  ['a space', '/a b'],
  ['a space in the query', '/a?b c'],
  ['a space at the end', '/a '],
  ['a tab', '/a\tb'],
  ['CR', '/a\rb'],
  ['LF in the query', '/a?b\nc'],
  ['NUL', '/a\0'],
  ['DEL', '/a\x7f'],
  ['Latin-1', '/caf\xe9'],
  ['Latin-1 in the query', '/?caf\xe9'],
  ['more than Latin-1', '/\u2215'],
  ['dot', '/.'],
  ['dot dot', '/..'],
  ['dot in the middle', '/a/./b'],
  ['dot dot in the middle', '/a/../b'],
  ['dot dot at the end', '/a/..'],
  ['dot dot before the query', '/a/..?b'],
  ['dot before the query', '/a/.?b'],
  ['encoded dot', '/%2e/a'],
  ['encoded dot dot', '/a/%2e%2e/b'],
  ['encoded dot dot in capitals', '/a/%2E%2E'],
  ['half encoded', '/a/.%2e/b'],
  ['half encoded the other way', '/a/%2E./b?c'],
  ['after an empty segment', '/a//../b'],
  ['a percent sign at the end', '/a%'],
  ['one digit', '/a%4'],
  ['no digits', '/a%zz'],
  ['a digit and none', '/a%4g'],
  ['a percent sign before the query', '/a%?41'],
  ['digits that are not ASCII', '/a%\uff14\uff11'],
  ['an IIS escape', '/a%u0041'],
  ['a broken one after a dot', '/%2e%2'],
  ['encoded NUL', '/a%00.png'],
])('%s is refused', (_, target) => {
  expect(refuseTarget(target)).toMatch(/^The (?:request target|path) /)
})

test('no refusal repeats the target', () => {
  for (const target of ['/secret\\', '/secret#', '/secret%', '/secret%00', '/secret/..', 'secret']) {
    expect(refuseTarget(target)).not.toMatch(/secret/)
  }
})

test('what is not refused has no dot segment in any spelling', () => {
  const piece = fc.constantFrom('/', '.', '%2e', '%2E', '%', '2', 'e', 'a', '?', '%61', '%2f')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const target = `/${pieces.join('')}`
      if (refuseTarget(target) !== undefined) return
      const [path = ''] = target.split('?')
      for (const segment of path.split('/')) expect(['.', '..']).not.toContain(normalizePath(segment))
      expect(new URL(`http://host.example${target}`).pathname).toBe(path)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['/users', '/users'],
  ['/%75sers', '/users'],
  ['/%55sers', '/Users'],
  ['/%7euser%2dname%5F%2Etxt', '/~user-name_.txt'],
  ['/%e2%82%ac', '/%E2%82%AC'],
  ['/a%2fb', '/a%2Fb'],
  ['/%3a%40%21', '/%3A%40%21'],
  ['/%2561', '/%2561'],
  ['/%25%36%31', '/%2561'],
  ['/%C2%AD%c3%bf', '/%C2%AD%C3%BF'],
])('%s is normalized to %s', (path, normal) => {
  expect(normalizePath(path)).toBe(normal)
  expect(normalizePath(normal)).toBe(normal)
})

test('normalizing keeps what is decoded, and makes one spelling of all', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 127 }), { minLength: 1 }),
      fc.infiniteStream(fc.nat({ max: 2 })),
      (codes, ways) => {
        const spelled = codes.map((code) => {
          const char = String.fromCharCode(code)
          const hex = code.toString(16).padStart(2, '0')
          const way = /[\w.~-]/.test(char) ? (ways.next().value as number) : 1 + ((ways.next().value as number) % 2)
          return way === 0 ? char : `%${way === 1 ? hex : hex.toUpperCase()}`
        })
        const path = `/${spelled.join('')}`
        expect(decodeURIComponent(normalizePath(path))).toBe(decodeURIComponent(path))
        expect(normalizePath(path)).toBe(
          normalizePath(path.replace(/%[\da-f]{2}/gi, (triplet) => triplet.toLowerCase())),
        )
        expect(normalizePath(path)).toBe(
          `/${codes.map((code) => normalizePath(`%${code.toString(16).padStart(2, '0')}`)).join('')}`,
        )
      },
    ),
  )
})

test('segments are decoded once', () => {
  expect(decodeSegment('plain')).toBe('plain')
  expect(decodeSegment('a%2Fb')).toBe('a/b')
  expect(decodeSegment('%2541')).toBe('%41')
  expect(decodeSegment('a+b')).toBe('a+b')
  expect(decodeSegment('%F0%9F%98%80')).toBe('😀')
})

test.each(['%', '%4', '%zz', 'a%00', '%ff', '%C0%AF', '%ED%A0%80', '%E2%82', '%F8%88%80%80%80'])(
  'the segment %s is refused',
  (segment) => {
    expect(() => decodeSegment(segment)).toThrow(HTTPException)
    expect(() => decodeSegment(segment)).toThrow(expect.objectContaining({ status: 400 }))
  },
)
