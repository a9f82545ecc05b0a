import { expect, test } from 'vitest'
import { TokenCache } from '../../src/jwt/token-cache.ts'

const entry = (claims: string, until = Number.POSITIVE_INFINITY) => ({ claims, jti: undefined, from: 0, until })

test('it never holds more than its bound, whatever comes', () => {
  const cache = new TokenCache<string>(100)
  for (let count = 0; count < 10_000; count++) {
    cache.set(`token ${count}`, entry('x'), 0)
    cache.get(`token ${(count * 7) % (count + 1)}`, 0)
    expect(cache.size).toBeLessThanOrEqual(100)
  }
})

test('what is used stays, what is not used goes', () => {
  const cache = new TokenCache<string>(10)
  cache.set('used', entry('x'), 0)
  for (let count = 0; count < 100; count++) {
    cache.set(`token ${count}`, entry('y'), 0)
    expect(cache.get('used', 0)?.claims).toBe('x')
  }
  expect(cache.get('token 0', 0)).toBeUndefined()
})

test('the bound of one works', () => {
  const cache = new TokenCache<string>(1)
  cache.set('a', entry('a'), 0)
  cache.set('b', entry('b'), 0)
  expect(cache.get('b', 0)?.claims).toBe('b')
  expect(cache.size).toBeLessThanOrEqual(2)
})

test('expired tokens go when asked for, and by a sweep when new ones come', () => {
  const cache = new TokenCache<string>(100)
  cache.set('a', entry('a', 1000), 0)
  expect(cache.get('a', 1000)).toBeUndefined()
  expect(cache.size).toBe(0)
  for (let count = 0; count < 20; count++) cache.set(`${count}`, entry('x', 1000), 0)
  cache.set('late', entry('late'), 29_999)
  expect(cache.size).toBe(21)
  cache.set('later', entry('later'), 30_000)
  expect(cache.size).toBe(2)
})
