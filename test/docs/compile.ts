/** What readers are told about their mistakes in a program of the guide: by the compiler, and when the app is declared. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Compiles a program of `docs/src` with one piece of its text replaced, which must be there.
 *
 * @param file the program, as `scopes/main.ts`.
 * @returns what `tsc` prints, with the place as `main.ts(17,62)`.
 */
export function compileWith(file: string, right: string, wrong: string): string {
  const program = join(root, 'docs/src', file)
  // Readers do not have the marks of regions, and count lines without them.
  const text = readFileSync(program, 'utf8').replace(/^[ \t]*\/\/ #(?:end)?region .*\n/gm, '')
  expect(text).toContain(right)
  const beside = relative(folderOf(file), dirname(program)).replaceAll('\\', '/')
  return compile(file, text.replace(right, wrong).replaceAll("from './", `from '${beside}/`))
}

/**
 * Compiles a text as a reader's `main.ts`.
 *
 * @param name of the folder that it is written to.
 */
export function compile(name: string, text: string): string {
  const folder = folderOf(name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'main.ts'), text)
  const paths = {
    sallyport: [join(root, 'src/index.ts')],
    'sallyport/node': [join(root, 'src/adapters/node.ts')],
    'sallyport/*': [join(root, 'src/*/index.ts')],
  }
  const config = {
    extends: relative(folder, join(root, 'tsconfig.json')),
    compilerOptions: { paths },
    include: ['main.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { stdout } = spawnSync('tsc', ['-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' })
  return stdout.trim()
}

function folderOf(name: string): string {
  return join(root, 'test-output/docs-mistakes', name.replaceAll('/', '-'))
}

/** What the app says when a declaration is wrong: `TypeError: …`, which must be thrown. */
export function errorOf(declare: () => unknown): string {
  try {
    declare()
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
  throw new Error('Nothing is wrong with this declaration.')
}
