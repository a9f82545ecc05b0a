import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkHouse, type House } from '../../scripts/check-imports.ts'

const house: House = {
  ground: { files: 'stone', from: '' },
  hall: { files: 'table index', from: 'ground' },
  gate: { from: 'ground hall', node: true, wings: { east: '', west: 'east' } },
  vault: { from: 'ground', node: 'types' },
}

const sound: Readonly<Record<string, string>> = {
  'package.json': '{ "exports": { ".": "./dist/index.js" }, "dependencies": { "@lock/key": "1" } }',
  'src/stone.ts': "import type { Table } from './table.ts'\n\nexport type Stone = Table\nexport const stone = 1\n",
  'src/table.ts': "import { stone } from './stone.ts'\n\nexport type Table = 1\nexport const table = stone\n",
  'src/index.ts': "/** The entry. */\nexport { stone } from './stone.ts'\nexport type { Table } from './table.ts'\n",
  'src/gate/bar.ts': "import { open } from 'node:fs'\nimport { key } from '@lock/key/steel'\n\nexport { key, open }\n",
  'src/vault/coin.ts': "import type { Hash } from 'node:crypto'\n\nexport type Coin = Hash\n",
  'CONTRIBUTING.md':
    'The house:\n\n```\nsrc/\n  stone.ts   what all stands on\n  table.ts   where we eat\n  index.ts   the names\n' +
    '  gate/\n    bar.ts   closes it\n  vault/      for money\n    coin.ts  is money\n```\n',
}

/** What is found in the sound house once some files are other ones, or gone. */
function problems(changes: Readonly<Record<string, string | undefined>> = {}): readonly string[] {
  return findings(changes).problems
}

function findings(changes: Readonly<Record<string, string | undefined>>): ReturnType<typeof checkHouse> {
  const root = mkdtempSync(join(tmpdir(), 'house-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries({ ...sound, ...changes })) {
    if (text === undefined) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return checkHouse(root, house)
}

test('a sound house has no problems', () => {
  expect(findings({})).toEqual({ problems: [], notes: [], files: 5 })
})

test('a value is imported downwards only, whichever way it is written', () => {
  const sentence =
    'src/stone.ts imports src/table.ts, but ground imports from nothing of ours, and that file is in hall.'
  for (const text of [
    "import { table } from './table.ts'\n",
    "import {\n  table,\n} from './table.ts'\n",
    "import './table.ts'\n",
    "export * from './table.ts'\n",
    "export { type Table } from './table.ts'\n",
  ]) {
    expect(problems({ 'src/stone.ts': text }), text).toEqual([
      sentence,
      'src/stone.ts imports src/table.ts imports src/stone.ts: a ring.',
    ])
  }
  expect(problems({ 'src/stone.ts': "export const later = () => import('./table.ts')\n" })).toEqual([sentence])
})

test('a type may be imported upwards between single files, and not between folders', () => {
  expect(
    problems({ 'src/vault/coin.ts': "import type { Table } from '../table.ts'\n\nexport type Coin = Table\n" }),
  ).toEqual(['src/vault/coin.ts imports src/table.ts, but vault imports from ground, and that file is in hall.'])
})

test('folders that stand apart import from those that are named, and from what stands above them', () => {
  const drawing = `${sound['CONTRIBUTING.md']}`.replace(
    '    bar.ts   closes it\n',
    '    bar.ts   closes it\n    east/\n      door.ts  east\n    west/\n      door.ts  west\n',
  )
  const both = {
    'CONTRIBUTING.md': drawing,
    'src/gate/east/door.ts': "import { key } from '../bar.ts'\n\nexport const east = key\n",
    'src/gate/west/door.ts': "import { east } from '../east/door.ts'\n\nexport const west = east\n",
  }
  expect(problems(both)).toEqual([])
  const wrong = {
    ...both,
    'src/gate/east/door.ts': "import type { West } from '../west/door.ts'\n\nexport type East = West\n",
    'src/gate/west/door.ts': 'export type West = 1\n',
  }
  expect(problems(wrong)).toEqual([
    'src/gate/east/door.ts imports src/gate/west/door.ts, but east/ imports from none of the folders beside it. Move what both need one folder up.',
  ])
})

test('examples in comments are not imports', () => {
  const text = "/**\n * ```ts\n * import { a } from 'elsewhere'\n * ```\n */\nexport const stone = 1 // import 'x'\n"
  expect(problems({ 'src/stone.ts': text })).toEqual([])
})

test('what is of Node alone stays where it may be', () => {
  expect(problems({ 'src/table.ts': "import { open } from 'node:fs'\n\nexport { open }\n" })).toEqual([
    "src/table.ts imports node:fs, but only gate may use what is Node's alone.",
  ])
  expect(problems({ 'src/vault/coin.ts': "import { hash } from 'node:crypto'\n\nexport { hash }\n" })).toEqual([
    "src/vault/coin.ts imports node:crypto, but only gate may use what is Node's alone.",
  ])
})

test('a package that users would not get is not imported, nor are its types', () => {
  for (const text of ["import { a } from '@lock/pick'\n", "export type A = typeof import('@lock/pick')\n"]) {
    expect(problems({ 'src/table.ts': text })).toEqual([
      'src/table.ts imports @lock/pick, which package.json has neither as dependency nor as peer.',
    ])
  }
})

test('files that load each other are a ring, also within a folder', () => {
  const one = "import { two } from './two.ts'\n\nexport const one = two\n"
  const two = "import { three } from './three.ts'\n\nexport const two = three\n"
  const three = "import { one } from './one.ts'\n\nexport const three = one\n"
  expect(problems({ 'src/gate/one.ts': one, 'src/gate/three.ts': three, 'src/gate/two.ts': two }).slice(0, 1)).toEqual([
    'src/gate/one.ts imports src/gate/two.ts imports src/gate/three.ts imports src/gate/one.ts: a ring.',
  ])
})

test('an entry only re-exports', () => {
  expect(problems({ 'src/index.ts': "export { stone } from './stone.ts'\n\nexport const more = 1\n" })).toEqual([
    'src/index.ts is an entry: it re-exports and does nothing else, but has "export const more = 1".',
  ])
  expect(problems({ 'package.json': '{ "exports": { ".": "./dist/gone.js" } }' })).toContain(
    'package.json exports src/gone.ts, which does not exist.',
  )
})

test('names say something, and are in kebab-case', () => {
  const found = problems({ 'src/gate/helpers.ts': '', 'src/gate/openGate.ts': '' })
  expect(found).toContain('src/gate/helpers.ts: "helpers" says nothing; name it for what it knows.')
  expect(found).toContain('src/gate/openGate.ts: "openGate" is not in kebab-case.')
})

test('a long file is noted, a very long one is a problem', () => {
  expect(findings({ 'src/gate/bar.ts': 'void 0\n'.repeat(301) })).toMatchObject({
    problems: [],
    notes: ['src/gate/bar.ts has 301 lines; about 300 are enough for one noun.'],
  })
  expect(problems({ 'src/gate/bar.ts': 'void 0\n'.repeat(351) })).toEqual([
    'src/gate/bar.ts has 351 lines: a file that is no table has at most 350.',
  ])
})

test('every file has a room, and every room its files', () => {
  expect(problems({ 'src/loft.ts': '' })).toContain(
    'src/loft.ts has no place in the house. It needs one in the table of scripts/check-imports.ts.',
  )
  expect(problems({ 'src/stone.ts': undefined })).toContain(
    'src/stone.ts is gone, but scripts/check-imports.ts still has it in ground.',
  )
})

test('the tree in CONTRIBUTING.md shows every file, and no other', () => {
  expect(problems({ 'src/gate/hinge.ts': '' })).toEqual([
    'src/gate/hinge.ts is missing in CONTRIBUTING.md: npm run tree draws it.',
  ])
  expect(problems({ 'src/gate/bar.ts': undefined })).toEqual([
    'CONTRIBUTING.md shows src/gate/bar.ts, which does not exist.',
  ])
  expect(problems({ 'CONTRIBUTING.md': sound['CONTRIBUTING.md']?.replace('   closes it', '') })).toEqual([
    'The tree in CONTRIBUTING.md says nothing of bar.ts.',
  ])
  expect(problems({ 'CONTRIBUTING.md': undefined })).toEqual(['CONTRIBUTING.md, which shows the house, is missing.'])
})
