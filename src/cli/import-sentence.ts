import { existsSync } from 'node:fs'
import { basename, extname, relative } from 'node:path'
import { didYouMean } from '../suggestion.ts'

/**
 * What to write in the place of an import that failed, where that can be told; undefined for any other error.
 *
 * @param file the module that was loaded; the import may stand in one that it imports.
 */
export async function importSentence(error: unknown, file: string): Promise<string | undefined> {
  const { code, message } = error as { code?: unknown; message: string }
  if (error instanceof SyntaxError) {
    const misplaced = await misplacedName(message)
    return misplaced && `${file}, or a module that it imports: ${misplaced}`
  }
  if (code !== 'ERR_MODULE_NOT_FOUND') return undefined
  const [, kind, name = '', from = ''] =
    /^Cannot find (module|package) '([^']+)' imported from (.+)$/m.exec(message) ?? []
  const where = relative(process.cwd(), from)
  if (kind === 'package')
    return `${where} imports the package ${name}, which is not installed. Is that its name? Then: npm install ${name}`
  if (kind !== 'module') return undefined
  const ending = ['.ts', '.js', '.mts', '.mjs', '/index.ts', '/index.js'].find((each) => existsSync(name + each))
  if (ending !== undefined)
    return `${where} imports ${basename(name)} without its ending. Node needs the whole name: ${basename(name)}${ending}`
  const source = name.replace(/js$/, 'ts')
  if (extname(name) === '.js' && existsSync(source))
    return `${where} imports ${basename(name)}, which is ${basename(source)}. Node runs it under its own name: write .ts`
  return undefined
}

const ENTRIES: Readonly<Record<string, () => Promise<object>>> = {
  sallyport: () => import('../index.ts'),
  'sallyport/security': () => import('../security/index.ts'),
  'sallyport/jwt': () => import('../jwt/index.ts'),
  'sallyport/password': () => import('../password/index.ts'),
  'sallyport/testing': () => import('../testing/index.ts'),
  'sallyport/node': () => import('../adapters/node.ts'),
}

/** Where a name is that was looked for in another entry of the package: Node only says where it is not. */
async function misplacedName(message: string): Promise<string | undefined> {
  const [, asked, name] = /module '(sallyport(?:\/\w+)?)' does not provide an export named '(\w+)'/.exec(message) ?? []
  if (asked === undefined || name === undefined) return undefined
  for (const [entry, load] of Object.entries(ENTRIES)) {
    if (Object.hasOwn(await load(), name)) return `'${asked}' has no ${name}. Import it from '${entry}'.`
  }
  const names = Object.keys((await ENTRIES[asked]?.()) ?? {})
  const meant = didYouMean(name, names)
  return `'${asked}' has no ${name}.${meant || ` If it is a type: import type { ${name} } from '${asked}'`}`
}
