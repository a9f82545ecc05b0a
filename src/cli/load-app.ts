import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { App } from '../app.ts'
import { Router } from '../router.ts'
import { CommandError } from './command-error.ts'
import { importSentence } from './import-sentence.ts'

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
  if (named) {
    throw new CommandError(
      `${file} exports its app as ${named}, not as its default. Add this line: export default ${named}`,
    )
  }
  throw new CommandError(
    module.default === undefined
      ? `${file} has no default export. Add this line: export default app`
      : `The default export of ${file} is ${kindOf(module.default)}, not an App. ${adviceOn(module.default)}`,
  )
}

/** What somebody exported in the place of an app, in words; nothing of its text. */
function kindOf(value: unknown): string {
  if (value instanceof Promise) return 'a Promise'
  if (typeof value === 'function') return `the ${isClass(value) ? 'class' : 'function'} ${value.name}`.trim()
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : `a ${typeof value}`
  const { name = 'Object' } = value.constructor ?? {}
  return name === 'Object' ? 'an object' : `a ${name}`
}

function adviceOn(value: unknown): string {
  if (value instanceof Promise) return 'Await it: export default await makeApp()'
  if (typeof value === 'function' && !isClass(value)) return `Call it: export default ${value.name || 'makeApp'}()`
  if (value instanceof Router)
    return 'Include it in one: const app = new App(); app.include(router); export default app'
  return 'Export the app: export default app'
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value))
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
    const sentence = await importSentence(error, file)
    if (sentence !== undefined) throw new CommandError(sentence, { cause: error })
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
