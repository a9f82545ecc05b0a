/** Keys in a file that nobody else may read; `node signing-keys.ts` adds a new one. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { KeySet } from 'sallyport/jwt'

export async function readKeys(file: string): Promise<KeySet> {
  return KeySet.from(JSON.parse(await readFile(file, 'utf8')))
}

/** A new key signs; the old one verifies until the last token that it signed ends. */
export async function rotateKeys(file: string): Promise<void> {
  const keys = await readKeys(file)
  await keys.rotate({ verifyFor: '31m' })
  const text = JSON.stringify(keys.exportPrivate(), null, 2)
  await writeFile(`${file}.new`, text, { flag: 'wx', mode: 0o600 })
  await rename(`${file}.new`, file)
}

if (process.argv[1] === import.meta.filename) await rotateKeys('signing-keys.json')
