/** Keys in a file that nobody else may read. `node signing-keys.ts` puts a new one in front. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { KeySet } from 'sallyport/jwt'

export async function readKeys(file: string): Promise<KeySet> {
  return KeySet.from(JSON.parse(await readFile(file, 'utf8')))
}

/** A new key signs; the old one verifies as long as the tokens live that it signed, and a minute. */
export async function rotateKeys(file: string): Promise<void> {
  const keys = await readKeys(file)
  await keys.rotate({ verifyFor: '31m' })
  await writeFile(`${file}.new`, JSON.stringify(keys.exportPrivate(), null, 2), { flag: 'wx', mode: 0o600 })
  await rename(`${file}.new`, file)
}

if (process.argv[1] === import.meta.filename) await rotateKeys('signing-keys.json')
