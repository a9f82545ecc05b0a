import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const src = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

/** Tests that start servers, browsers or programs, and so want the machine for themselves. */
const heavy = [
  'adapters',
  'browser',
  'clients',
  'cli',
  'create',
  'examples',
  'generated-clients',
  'package',
  'proxy',
  'runtimes',
  'types',
  'walkthrough',
].map((folder) => `test/${folder}/**/*.test.ts`)

export default defineConfig({
  resolve: {
    alias: [
      { find: /^sallyport$/, replacement: src('index.ts') },
      { find: /^sallyport\/(bun|deno|node|workers)$/, replacement: src('adapters/$1.ts') },
      { find: /^sallyport\/(\w+)$/, replacement: src('$1/index.ts') },
    ],
  },
  test: {
    pool: 'forks',
    // An unhandled rejection or a leaked error fails the run, also when every test passed.
    dangerouslyIgnoreUnhandledErrors: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'plain',
          include: ['test/**/*.test.ts'],
          exclude: heavy,
          testTimeout: 20_000,
          maxWorkers: availableParallelism(),
          // Not 0, the default, in whose group files that run one at a time go last.
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'heavy',
          include: heavy,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One file after the other, after all of the above.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
