import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder } from './data-folder.ts'

/** The key that signs tokens: made on the first start, and kept in a file that nobody else may read. */
export function signingKey(): string {
  const file = join(dataFolder(), 'signing-key')
  try {
    // 'wx' makes the file or fails: two processes that start together end up with one key.
    writeFileSync(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${file} can be read by others. Make it yours alone: chmod 600 ${file}`)
  }
  return readFileSync(file, 'utf8')
}
