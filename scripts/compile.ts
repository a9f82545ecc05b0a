/**
 * Compiles `src/` as it is published: declarations a file for each of ours, and the programs in a few files, because a runtime
 * takes longer to find and read two hundred files than to run them.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Writes declarations, programs and their source maps.
 *
 * @param outDir where to; its files are written over.
 * @throws Error when the sources do not compile.
 */
export async function compile(outDir: string): Promise<void> {
  const tsc = join(root, 'node_modules/.bin/tsc')
  const args = ['-p', join(root, 'tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', outDir]
  const { status, stdout, stderr, error } = spawnSync(tsc, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`tsc failed.\n${stdout}${stderr}${error?.message ?? ''}`)
  const bundle = await rolldown({
    input: entries(),
    external: (id) => !/^[./]|^[A-Za-z]:\\/.test(id),
    platform: 'node',
    tsconfig: false,
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message)
    },
  })
  const { output } = await bundle.write({
    dir: outDir,
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  })
  await bundle.close()
  for (const chunk of output) {
    const renamed = chunk.type === 'chunk' ? /\bclass (\w+)\$\d+/.exec(chunk.code) : null
    // The names of classes are names of schemes and of errors; where two have one name, rolldown gives the second another.
    if (renamed) throw new Error(`Two classes are called ${renamed[1]}: rename one of them.`)
  }
}

/** What users import, and the command. */
function entries(): Record<string, string> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { default: string }>
  }
  const files = Object.values(exports).flatMap((each) => (typeof each === 'string' ? [] : each.default))
  const names = [...files, './dist/cli/main.js'].map((file) => file.replace(/^\.\/dist\/|\.js$/g, ''))
  return Object.fromEntries(names.map((name) => [name, join(root, 'src', `${name}.ts`)]))
}
