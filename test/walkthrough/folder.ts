/** The empty folder of a reader: the packed package in it, and the programs of the guide, typed as the pages show them. */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { NODE } from '../cli/installed.ts'
import { Program } from '../cli/program.ts'
import { packed, ROOT } from '../create/packed.ts'
import { environment } from '../create/script.ts'

const exec = promisify(execFile)
const IMPORT = /\bfrom '((?:@[\w-]+\/)?[\w-]+)[^']*'|\bimport\('((?:@[\w-]+\/)?[\w-]+)[^']*'\)/g

/** Where the guide has one serve a program: 8000, and another port for a second one. What stands in quotes and is no URL stays. */
const LOCAL = /'(?!http)[^']*'|"(?!http)[^"]*"|(?:127\.0\.0\.1|localhost):\d+/g

/** A folder with `sallyport` and what the programs import, installed by npm. */
export class ReadersFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), 'walkthrough-'))
  readonly #servers = new Map<string, { readonly program: Program; readonly url: string }>()

  /**
   * What the first chapter has one type, with what the programs import and what the pages have one install.
   *
   * @param commands the shell commands of the pages.
   * @throws Error with what npm said.
   */
  async install(programs: readonly string[], commands: readonly string[]): Promise<void> {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>
    }
    for (const program of programs) this.#type(program)
    const names = new Set(['zod'])
    for (const file of globSync('**/*.ts', { cwd: this.path })) {
      for (const [, from, dynamic] of readFileSync(join(this.path, file), 'utf8').matchAll(IMPORT)) {
        const name = from ?? dynamic ?? ''
        if (Object.hasOwn(devDependencies, name)) names.add(name)
      }
    }
    for (const [, packages = ''] of commands.join('\n').matchAll(/^npm install ((?!-).*)$/gm)) {
      for (const name of packages.split(' ')) if (Object.hasOwn(devDependencies, name)) names.add(name)
    }
    const wanted = [...names].map((name) => `${name}@${devDependencies[name]}`)
    await this.#npm('init', '-y')
    await this.#npm('pkg', 'set', 'type=module')
    await this.#npm('install', '--no-audit', '--no-fund', '--prefer-offline', packed().sallyport, ...wanted)
  }

  /** Serves a program, once for a chapter. */
  async serve(program: string): Promise<string> {
    const known = this.#servers.get(program)
    if (known) return known.url
    const cli = join(this.path, 'node_modules/.bin/sallyport')
    const file = program.replace(/^src\//, '')
    const cwd = join(this.path, dirname(file))
    const running = new Program(NODE, [cli, 'run', basename(file), '--port', '0'], { cwd, env: environment() })
    const [, url = ''] = await running.until(/ is served at (http:\S+)/)
    this.#servers.set(program, { program: running, url })
    return url
  }

  /** Stops the servers of a chapter. */
  async stop(): Promise<void> {
    for (const { program } of this.#servers.values()) await program[Symbol.asyncDispose]()
    this.#servers.clear()
  }

  /** Runs a `curl` of a page with the real one, against another port. */
  async curl(command: string, url: string): Promise<Response> {
    for (const [, file = ''] of command.matchAll(/=@([\w.-]+)/g)) writeFileSync(join(this.path, file), 'some bytes')
    const { host } = new URL(url)
    const typed = command.replace(LOCAL, (found) => (/^['"]/.test(found) ? found : host)).replace(/^curl /, 'curl -si ')
    const { stdout } = await exec('sh', ['-c', typed], {
      cwd: this.path,
      encoding: 'buffer',
      maxBuffer: 64 * 1024 * 1024,
    })
    return responseOf(stdout)
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }

  /** A program and all that stands beside it, without its tests. */
  #type(program: string): void {
    const topic = dirname(program)
    const to = join(this.path, topic.replace(/^src\//, ''))
    if (existsSync(to)) return
    mkdirSync(dirname(to), { recursive: true })
    cpSync(join(ROOT, 'docs', topic), to, { recursive: true })
  }

  async #npm(...args: string[]): Promise<void> {
    await exec('npm', args, { cwd: this.path, env: environment() })
  }
}

/** What `curl -i` prints. */
function responseOf(printed: Buffer): Response {
  const end = printed.indexOf('\r\n\r\n')
  const [first = '', ...lines] = printed.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(first.split(' ')[1])
  const headers = new Headers()
  for (const line of lines) headers.append(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim())
  const body = printed.subarray(end + 4)
  return new Response(body.length === 0 ? null : new Uint8Array(body), { status, headers })
}
