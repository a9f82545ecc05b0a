/** Mistakes that the command line tells: one row each, the whole message, and no stack. `test/cli/errors.test.ts` has those of its options. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ListenError } from 'sallyport/node'
import { describe, expect, test } from 'vitest'
import { listenSentence } from '../../src/cli/listen-sentence.ts'
import { OLDEST_NODE, oldNodeSentence } from '../../src/cli/node-version.ts'
import { Folder } from '../cli/folder.ts'
import { installed, NODE } from '../cli/installed.ts'
import { Program, sallyport } from '../cli/program.ts'

/** The commands run with a module `main.ts` of this text, beside `other.ts`. */
async function told(text: string, args: readonly string[] = ['routes', 'main.ts']) {
  using folder = new Folder(installed())
  writeFileSync(join(folder.path, 'main.ts'), text)
  writeFileSync(join(folder.path, 'other.ts'), 'export const other = 1\n')
  await using program = sallyport(args, { cwd: folder.path })
  const status = await program.ended()
  return { status, stdout: program.stdout, stderr: program.stderr }
}

const APP = "import { App } from 'sallyport'\nconst app = new App()\n"

describe('the module', () => {
  test.each([
    [
      'no default export',
      APP,
      'main.ts exports its app as app, not as its default. Add this line: export default app',
      'export { app }',
    ],
    ['no export at all', APP, 'main.ts has no default export. Add this line: export default app'],
    [
      'a router',
      "import { Router } from 'sallyport'\nexport default new Router()\n",
      'The default export of main.ts is a Router, not an App. Include it in one: const app = new App(); app.include(router); export default app',
    ],
    [
      'a function that makes the app',
      `${APP}export default function makeApp() { return app }\n`,
      'The default export of main.ts is the function makeApp, not an App. Call it: export default makeApp()',
    ],
    [
      'a promise of the app',
      `${APP}export default Promise.resolve(app)\n`,
      'The default export of main.ts is a Promise, not an App. Await it: export default await makeApp()',
    ],
    [
      'the class',
      "export { App as default } from 'sallyport'\n",
      'The default export of main.ts is the class App, not an App. Export the app: export default app',
    ],
    [
      "serve from 'sallyport'",
      "import { App, serve } from 'sallyport'\n",
      "main.ts, or a module that it imports: 'sallyport' has no serve. Import it from 'sallyport/node'.",
    ],
    [
      "a scheme from 'sallyport'",
      "import { App, HTTPBearer } from 'sallyport'\n",
      "main.ts, or a module that it imports: 'sallyport' has no HTTPBearer. Import it from 'sallyport/security'.",
    ],
    [
      'a misspelt name',
      "import { App, Qurey } from 'sallyport'\n",
      "main.ts, or a module that it imports: 'sallyport' has no Qurey. Did you mean Query?",
    ],
    [
      'a type, imported as a value',
      "import { App, Middleware } from 'sallyport'\n",
      "main.ts, or a module that it imports: 'sallyport' has no Middleware. If it is a type: import type { Middleware } from 'sallyport'",
    ],
    [
      'an import without its ending',
      "import { other } from './other'\n",
      'main.ts imports other without its ending. Node needs the whole name: other.ts',
    ],
    [
      'an import of what the compiler would write',
      "import { other } from './other.js'\n",
      'main.ts imports other.js, which is other.ts. Node runs it under its own name: write .ts',
    ],
    [
      'a package that is not installed',
      "import x from 'no-such-package-of-ours'\n",
      'main.ts imports the package no-such-package-of-ours, which is not installed. Is that its name? Then: npm install no-such-package-of-ours',
    ],
  ])('%s', async (_, text, sentence, more = '') => {
    expect(await told(text + more)).toEqual({ status: 2, stdout: '', stderr: `sallyport: ${sentence}\n` })
  })

  test('a tokenUrl that no operation serves: said when it starts, and it goes on', async () => {
    const { status, stderr } = await told(
      `${APP}import { OAuth2PasswordBearer } from 'sallyport/security'
app.get('/me', { params: { token: new OAuth2PasswordBearer({ tokenUrl: 'login' }) } }, () => 1)
app.post('/token', () => 1)
app.get('/other', { params: { token: new OAuth2PasswordBearer({ tokenUrl: 'token', schemeName: 'Served' }) } }, () => 1)
export default app
setTimeout(() => process.exit(0), 300)
`,
      ['run', 'main.ts', '--port', '0'],
    )
    expect([status, stderr]).toEqual([
      0,
      "sallyport: OAuth2PasswordBearer says that tokens are got at /login (its tokenUrl), which no operation serves: the docs page cannot log in. Declare app.post('/login', { params: { form: OAuth2PasswordRequestForm } }, …), or change tokenUrl.\n",
    ])
  })

  test("require('sallyport') works: Node loads modules that way since 22.12", async () => {
    using folder = new Folder(installed())
    const file = join(folder.path, 'main.cjs')
    writeFileSync(file, "const { App } = require('sallyport')\nmodule.exports = new App()\nconsole.log('fine')\n")
    await using program = new Program(NODE, [file])
    expect([await program.ended(), program.output]).toEqual([0, 'fine\n'])
  })
})

describe('an old Node', () => {
  test.each(['18.20.8', '20.19.0', '21.7.3', '22.11.0'])('%s', (version) => {
    expect(oldNodeSentence(version)).toBe(
      `This is Node ${version}, and sallyport needs 22.12.0 or newer. Install the current one from https://nodejs.org/ and try again.`,
    )
  })
  test.each(['22.12.0', '22.18.0', '24.0.0', '26.10.0'])('%s is new enough', (version) => {
    expect(oldNodeSentence(version)).toBeUndefined()
  })

  test('is what package.json says', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      engines: { node: string }
    }
    expect(`${engines.node}.0`).toBe(`>=${OLDEST_NODE}`)
  })

  test('the program says so before it loads anything else', async () => {
    const pretend = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.8'}})"
    const main = join(installed(), 'node_modules/sallyport/dist/cli/main.js')
    await using program = new Program(NODE, ['--import', `data:text/javascript,${pretend}`, main, 'dev', 'main.ts'])
    expect([await program.ended(), program.output]).toEqual([
      2,
      'sallyport: This is Node 18.20.8, and sallyport needs 22.12.0 or newer. Install the current one from https://nodejs.org/ and try again.\n',
    ])
    const text = readFileSync(main, 'utf8')
    expect([...text.matchAll(/^import .*$/gm)].map(([line]) => line)).toEqual([
      "import { oldNodeSentence } from './node-version.js';",
    ])
  })
})

describe('the port', () => {
  const failed = (code: string) => Object.assign(new Error(`listen ${code}`), { code })
  test.each([
    [
      'EADDRINUSE',
      8000,
      'Port 8000 on 127.0.0.1 is in use. Stop the program that listens there, or choose another port: serve(app, { port: 8001 }).',
      'Port 8000 on 127.0.0.1 is in use. Stop the program that listens there, or choose another port: --port 8001',
    ],
    [
      'EACCES',
      80,
      'This user may not listen on port 80. Choose one over 1023, such as serve(app, { port: 8000 }), and let a proxy forward to it.',
      'This user may not listen on port 80. Choose one over 1023, and let a proxy forward to it: --port 8000',
    ],
  ])('%s', (code, port, inCode, onCommandLine) => {
    const error = ListenError.from(failed(code), '127.0.0.1', port)
    expect(error.message).toBe(inCode)
    expect(listenSentence(error, { port, hostname: '127.0.0.1' })).toBe(onCommandLine)
  })
})
