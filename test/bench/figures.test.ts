import { expect, test } from 'vitest'
import { median, ratiosOf, rounded } from '../../bench/measure/figures.ts'

test('the median is the middle one, or the mean of two', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([7])).toBe(7)
  expect(median([])).toBeNaN()
})

test('the median leaves its values as they are', () => {
  const values = [3, 1, 2]
  median(values)
  expect(values).toEqual([3, 1, 2])
})

test('a ratio is ours to the peer, and there is none to ourselves', () => {
  expect(ratiosOf({ sallyport: 21_000, bare: 24_000, fastapi: 3000 }, 'sallyport')).toEqual({ bare: 0.875, fastapi: 7 })
  expect(ratiosOf({ bare: 1 }, 'sallyport')).toEqual({})
})

test('rounds', () => {
  expect(rounded(0.12345, 3)).toBe(0.123)
})
