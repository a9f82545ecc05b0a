import { APIKeyCookie, APIKeyHeader, APIKeyQuery } from 'sallyport/security'
import { expect, test } from 'vitest'
import { get, RawIncoming, refusal, unauthorized } from './requests.ts'

const refused = (error: unknown): unknown => refusal(error)

test('query: right, none, empty, repeated', async () => {
  const scheme = new APIKeyQuery({ name: 'key' })
  expect(scheme.model).toEqual({ type: 'apiKey', in: 'query', name: 'key' })
  expect(await scheme(get({}, '/?key=abc'))).toBe('abc')
  expect(await scheme(get({}, '/?key=a%20%26+b'))).toBe('a & b')
  expect(await scheme(get({}, '/?key=first&key=last'))).toBe('last')
  for (const path of ['/', '/?', '/?key', '/?key=', '/?KEY=abc', '/?other=abc', '/?key=first&key=']) {
    expect(await scheme(get({}, path)).catch(refused)).toEqual(unauthorized('APIKey', 'absent'))
  }
})

test('header: right, none, empty; the name ignores case, hyphens and underscores differ', async () => {
  const scheme = new APIKeyHeader({ name: 'X-Key' })
  expect(scheme.model).toEqual({ type: 'apiKey', in: 'header', name: 'X-Key' })
  expect(await scheme(get({ 'x-key': 'abc' }))).toBe('abc')
  expect(await scheme(get({ 'X-KEY': ' abc ' }))).toBe('abc')
  for (const headers of [{}, { 'x-key': '' }, { 'x-key': '   ' }, { x_key: 'abc' }, { key: 'abc' }]) {
    expect(await scheme(get(headers)).catch(refused)).toEqual(unauthorized('APIKey', 'absent'))
  }
})

test('header: adapters are asked in lower case', () => {
  const scheme = new APIKeyHeader({ name: 'X-Key' })
  expect(scheme.readCredentials(new RawIncoming({ 'x-key': 'abc' }))).toBe('abc')
})

test('cookie: right, none, empty, repeated, quoted', async () => {
  const scheme = new APIKeyCookie({ name: 'key' })
  expect(scheme.model).toEqual({ type: 'apiKey', in: 'cookie', name: 'key' })
  expect(await scheme(get({ cookie: 'a=b; key=abc' }))).toBe('abc')
  expect(await scheme(get({ cookie: 'key="abc"' }))).toBe('abc')
  expect(await scheme(get({ cookie: 'key=first; key=last' }))).toBe('last')
  for (const cookie of ['', 'key', 'key=', 'KEY=abc', 'other=abc', 'key=first; key=', 'key=""']) {
    expect(await scheme(get({ cookie })).catch(refused)).toEqual(unauthorized('APIKey', 'absent'))
  }
})

test('without autoError an absent key is undefined', async () => {
  const options = { name: 'key', autoError: false } as const
  for (const scheme of [new APIKeyQuery(options), new APIKeyHeader(options), new APIKeyCookie(options)]) {
    expect(await scheme(get())).toBe(undefined)
  }
})

test('a name is required and has to be one that can be sent', () => {
  for (const scheme of [APIKeyQuery, APIKeyHeader, APIKeyCookie]) {
    const make = (options: unknown) => () => new scheme(options as never)
    expect(make(undefined)).toThrow(new RegExp(`${scheme.name}: takes one object of options: name`))
    expect(make({})).toThrow(new RegExp(`${scheme.name}: name is required`))
    for (const name of ['', 1, null, 'a\nb', 'a\0', 'a\u0085']) {
      expect(make({ name })).toThrow(new RegExp(`${scheme.name}: name is required`))
    }
    expect(make({ name: 'key', in: 'header' })).toThrow(new RegExp(`${scheme.name} has no option in`))
  }
  for (const scheme of [APIKeyHeader, APIKeyCookie]) {
    for (const name of ['a b', 'a:b', 'a=b', 'a;b', 'ä', 'a"']) {
      expect(() => new scheme({ name })).toThrow(new RegExp(`${scheme.name}: name is required`))
    }
  }
  for (const scheme of [APIKeyQuery, APIKeyCookie]) {
    expect(() => new scheme({ name: '__proto__' })).toThrow(/name cannot be __proto__/)
  }
})

test('a query name may be any text, in the document and on the wire', async () => {
  const scheme = new APIKeyQuery({ name: 'ключ [1]' })
  expect(await scheme(get({}, `/?${encodeURIComponent('ключ [1]')}=abc`))).toBe('abc')
})

test('names of Object.prototype are names like any other', async () => {
  for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
    expect(await new APIKeyQuery({ name, autoError: false })(get())).toBe(undefined)
    expect(await new APIKeyCookie({ name, autoError: false })(get())).toBe(undefined)
    expect(await new APIKeyHeader({ name, autoError: false })(get())).toBe(undefined)
  }
})
