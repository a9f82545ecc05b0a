/** A scheme that only reads brings no JOSE along: what a file imports by value, and what that imports, and so on. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const src = join(import.meta.dirname, '../../src')

function importedBy(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found
  found.add(file)
  if (!file.startsWith('.')) return found
  const path = join(src, file)
  for (const [statement, names = '', spec = ''] of readFileSync(path, 'utf8').matchAll(
    /^(?:import|export) ([^'"]*?) ?(?:from )?'([^']+)'/gms,
  )) {
    const typesOnly = /^type\b/.test(names) || /^\{(\s*type [^,}]+,?)+\s*\}$/.test(names)
    if (typesOnly || statement.includes('import(')) continue
    importedBy(spec.startsWith('.') ? `./${join(file, '..', spec)}` : spec, found)
  }
  return found
}

test.each([
  'oauth2',
  'http-bearer',
  'http-base',
  'http-basic',
  'api-key',
  'open-id-connect',
  'introspection',
  'mutual-tls',
  'dpop',
])('%s', (name) => {
  const imported = [...importedBy(`./security/${name}.ts`)]
  expect(imported.length).toBeGreaterThan(8)
  expect(imported.filter((file) => file === 'jose' || /jwt\/(engine|key|verifier|signer|jwt)\.ts$/.test(file))).toEqual(
    [],
  )
})

test('the search finds what is there', () => {
  expect(importedBy('./route-table.ts')).toContain('rou3')
  expect(importedBy('./jwt/verifier.ts')).toContain('./jwt/engine.ts')
})
