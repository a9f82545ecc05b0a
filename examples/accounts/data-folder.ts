import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where the database and the signing key are kept: `ACCOUNTS_DATA`, or `.data` beside the example. */
export function dataFolder(): string {
  const folder = process.env.ACCOUNTS_DATA ?? fileURLToPath(new URL('.data', import.meta.url))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
