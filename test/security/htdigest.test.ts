import { digestHA1, digestUserhash, Htdigest } from 'sallyport/security'
import { expect, test } from 'vitest'

// Made by htdigest of Apache 2.4, with the password "Circle of Life".
const line = 'Mufasa:Pride Rock:615974369fc6acde3f273fa8fd236978'

test('users are found in their realm, by name and by hash', () => {
  const file = new Htdigest(`# the pride\r\n${line}\r\n\nMufasa:Elsewhere:${'A'.repeat(32)}\n`)
  const mufasa = { username: 'Mufasa', ha1: { MD5: digestHA1('Mufasa', 'Pride Rock', 'Circle of Life', 'MD5') } }
  const { lookup, lookupUserhash } = file
  expect(file.size).toBe(2)
  expect(lookup('Mufasa', { realm: 'Pride Rock' })).toEqual(mufasa)
  expect(lookup('Mufasa', { realm: 'Elsewhere' })?.ha1.MD5).toBe('a'.repeat(32))
  expect(lookup('Mufasa', { realm: 'Nowhere' })).toBe(undefined)
  expect(lookup('Mufasa:Pride Rock', { realm: '' })).toBe(undefined)
  for (const name of ['mufasa', 'constructor', '__proto__', '']) {
    expect(lookup(name, { realm: 'Pride Rock' })).toBe(undefined)
  }
  const hash = digestUserhash('Mufasa', 'Pride Rock', 'MD5')
  expect(lookupUserhash(hash, { realm: 'Pride Rock' })).toEqual(mufasa)
  expect(lookupUserhash(hash, { realm: 'Elsewhere' })).toBe(undefined)
})

test.each([
  'Mufasa',
  'Mufasa:Pride Rock',
  'Mufasa:Pride Rock:',
  `${line}0`,
  `${line}:`,
  `a:b:c:${'0'.repeat(32)}`,
  `::${'0'.repeat(32)}`,
  `a:b:${'g'.repeat(32)}`,
])('the line %j is refused by its number, not by its text', (wrong) => {
  const read = (): Htdigest => new Htdigest(`${line}\n${wrong}`)
  expect(read).toThrow(TypeError)
  expect(read).toThrow(/^Htdigest: line 2 is not name:realm:hash, with 32 hexadecimal digits\.$/)
})

test('a user who stands twice in a realm is refused', () => {
  expect(() => new Htdigest(`${line}\n${line}`)).toThrow(/line 2 has a user of its realm for the second time/)
})
