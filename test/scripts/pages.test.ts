import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const pages = readdirSync(root).filter((name) => name.endsWith('.md'))
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

function read(path: string): string {
  return readFileSync(fileURLToPath(new URL(path, root)), 'utf8')
}

describe.each(pages)('%s', (page) => {
  const text = read(page)

  test('every file that it names is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path)
    const named = [...text.matchAll(/`((?:src|test|scripts|examples|bench)\/[\w./-]+)`/g)].map(([, path = '']) => path)
    expect([...links, ...named].filter((path) => !existsSync(new URL(path, root)))).toEqual([])
  })

  test('every script that it names is there', () => {
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })
})
