import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('light-program.ts', import.meta.url))

test('an answer takes none of the heavy modules of Node: fetch, tls, http2', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program])
  const { text, loaded } = JSON.parse(stdout) as { readonly text: string; readonly loaded: readonly string[] }
  expect(text).toContain('{"hello":["world"]}')
  expect(loaded).toContain('NativeModule http')
  const heavy = /^NativeModule (?:internal\/deps\/undici\/undici|tls|http2|internal\/webstreams\/readablestream)$/
  expect(loaded.filter((name) => heavy.test(name))).toEqual([])
})
