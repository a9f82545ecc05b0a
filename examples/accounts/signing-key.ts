import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder } from './data-folder.ts'

/** The key that signs tokens: made on the first start, and kept in a file that nobody else may read. */
export function signingKey(): string {
  const file = join(dataFolder(), 'signing-key')
  if (!existsSync(file)) makeKey(file)
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new Error(
      `${file} can be read by others, and may be known to them. Make a new one: rm ${file}, then start again`,
    )
  }
  return readFileSync(file, 'utf8')
}

function makeKey(file: string): void {
  const whole = `${file}.${process.pid}`
  writeFileSync(whole, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 })
  try {
    // It gets its name when it is whole, and only if nobody has it: processes that start together use one key.
    linkSync(whole, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(whole)
  }
}
