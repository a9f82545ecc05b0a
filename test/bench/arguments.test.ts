import { expect, test } from 'vitest'
import { parseArguments } from '../../bench/measure/arguments.ts'

const known = ['1', '2', '3', '10']

test('runs everything by default', () => {
  expect(parseArguments([], known)).toEqual({
    scenarios: known,
    rounds: 5,
    seconds: 4,
    requests: 1_000_000,
    json: undefined,
    write: false,
    without: [],
  })
})

test('runs the named scenarios in their own order, once', () => {
  expect(parseArguments(['10', '2', '2', '--rounds', '3', '--json', 'x.json', '--write'], known)).toMatchObject({
    scenarios: ['2', '10'],
    rounds: 3,
    json: 'x.json',
    write: true,
  })
  expect(parseArguments(['--without', 'nest', '--without', 'fastapi'], known).without).toEqual(['nest', 'fastapi'])
})

test.each([
  [['4'], 'No scenario 4: there are 1, 2, 3, 10.'],
  [['--rounds', '0'], '--rounds is a whole number from 1, not 0.'],
  [['--seconds', '1.5'], '--seconds is a whole number from 1, not 1.5.'],
  [['--requests', 'many'], '--requests is a whole number from 1, not many.'],
])('refuses %j', (args, message) => {
  expect(() => parseArguments(args, known)).toThrow(message)
})

test('refuses an option that is not there', () => {
  expect(() => parseArguments(['--fast'], known)).toThrow(/--fast/)
})
