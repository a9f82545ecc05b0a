import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { App } from '../app.ts'
import { CommandError } from './command-error.ts'

/**
 * Loads the app that a file exports.
 *
 * @param file the path of a module, from the working directory; its default export is the app.
 * @throws CommandError when there is no such file, or no app in it. What the module itself throws is thrown on, after a sentence
 * on the error output.
 */
export async function loadApp(file: string): Promise<App> {
  const module = await importModule(file, findFile(file))
  if (isApp(module.default)) return module.default
  const named = Object.keys(module).find((name) => isApp(module[name]))
  throw new CommandError(
    named
      ? `${file} exports its app as ${named}, not as its default. Add this line: export default ${named}`
      : `${file} has no app as its default export. Add this line: export default app`,
  )
}

/**
 * The whole path of a file.
 *
 * @throws CommandError when there is none.
 */
export function findFile(file: string): string {
  const path = resolve(file)
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFile()) return path
  throw new CommandError(
    stats
      ? `${file} is a folder. Name the file in it that exports the app, such as ${file.replace(/\/$/, '')}/main.ts`
      : `There is no file ${file} in ${process.cwd()}.`,
  )
}

async function importModule(file: string, path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts$/.test(file)) {
      throw new CommandError(
        `Node ${process.versions.node} does not run TypeScript by itself. Use Node 22.18 or newer, or set NODE_OPTIONS=--experimental-strip-types.`,
        { cause: error },
      )
    }
    process.stderr.write(`sallyport: ${file} could not be loaded, because of this:\n`)
    throw error
  }
}

// By shape, not by instanceof: the file may have another copy of the package than the command line.
function isApp(value: unknown): value is App {
  if (typeof value !== 'object' || value === null) return false
  const { handle, openapi, operations } = value as Partial<App>
  return typeof handle === 'function' && typeof openapi === 'function' && Array.isArray(operations)
}
