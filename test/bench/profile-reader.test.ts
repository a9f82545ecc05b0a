import { expect, test } from 'vitest'
import { type CallFrame, ownerOf, placeOf, spentIn } from '../../bench/measure/profile-reader.ts'

const frame = (functionName: string, url = '', lineNumber = 0): CallFrame => ({
  functionName,
  url,
  lineNumber,
  columnNumber: 0,
})

const nodes = [
  { id: 1, callFrame: frame('(root)'), children: [2, 5] },
  { id: 2, callFrame: frame('outer', 'file:///p/dist/a.js', 3), children: [3] },
  { id: 3, callFrame: frame('inner', 'file:///p/dist/a.js', 9), children: [4] },
  { id: 4, callFrame: frame('outer', 'file:///p/dist/a.js', 3) },
  { id: 5, callFrame: frame('(idle)') },
]

test('shares are of the busy time; a function that calls itself again counts once', () => {
  const spent = spentIn({ nodes, samples: [5, 2, 3, 4], timeDeltas: [1000, 10, 30, 60] })
  expect(spent.map(({ frame: { functionName }, self, total }) => [functionName, self, total])).toEqual([
    ['outer', 0.7, 1],
    ['inner', 0.3, 0.9],
    ['(root)', 0, 1],
  ])
})

test('only the end counts, where that is asked for', () => {
  const profile = { nodes, samples: [2, 3, 3], timeDeltas: [50, 10, 10] }
  expect(spentIn(profile, 20).find(({ frame: { functionName } }) => functionName === 'inner')?.self).toBe(1)
})

test('knows whose a function is', () => {
  expect(
    [
      frame('a', 'node:net'),
      frame('b', 'file:///p/bench/node_modules/@hono/node-server/dist/index.js'),
      frame('c', 'file:///p/dist/app.js'),
      frame('d', 'file:///p/bench/peers/bare.ts'),
      frame('(garbage collector)'),
      frame('(program)'),
    ].map(ownerOf),
  ).toEqual(['Node', '@hono/node-server', 'Sallyport', 'the app', 'garbage', 'V8 and libuv'])
})

test('places count lines from 1', () => {
  expect(placeOf(frame('a', 'node:net', 4), '/p')).toBe('node:net:5')
  expect(placeOf(frame('a', 'file:///p/bench/x.ts', 4), '/p')).toBe('bench/x.ts:5')
  expect(placeOf(frame('(program)'), '/p')).toBe('')
})
