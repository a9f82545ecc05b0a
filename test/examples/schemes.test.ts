/** The programs of `examples/schemes`: what the comment at the top of each tells one to type is typed, and answers so. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { App } from 'sallyport'
import { type ServeOptions, serve } from 'sallyport/node'
import { afterEach, expect, test, vi } from 'vitest'
import { type RunningProvider, startProvider } from '../../examples/schemes/provider.ts'
import { Folder } from '../cli/folder.ts'

const folder = fileURLToPath(new URL('../../examples/schemes/', import.meta.url))
const files = readdirSync(folder).filter(
  (name) => name.endsWith('.ts') && name !== 'provider.ts' && name !== 'dpop-proof.ts',
)

/** What one types, and the lines that the answer has, in their order; `…` stands for anything. */
interface Step {
  command: string
  readonly answer: string[]
}

/** The steps of the comment at the top of a program: lines after `$`, and the indented ones below. */
function stepsOf(source: string): { readonly before: Step[]; readonly after: Step[] } {
  const comment = source.slice(0, source.indexOf('*/'))
  const parts: Step[][] = [[]]
  let step: Step | undefined
  let continues = false
  for (const line of comment.split('\n').map((each) => each.replace(/^ \* ?/, ''))) {
    const text = line.trim()
    if (!line.startsWith('    ')) step = undefined
    else if (/^(npx|node) /.test(text)) parts.push([])
    else if (text.startsWith('$ ')) {
      step = { command: text.slice(2), answer: [] }
      parts.at(-1)?.push(step)
    } else if (continues && step) step.command += `\n${text}`
    else step?.answer.push(text)
    continues = text.endsWith('\\')
  }
  return { before: parts[0] ?? [], after: parts.slice(1).flat() }
}

/** Types the commands into one shell; gives what each printed. */
async function type(steps: readonly Step[], cwd: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  if (steps.length === 0) return []
  const script = steps.map(({ command }) => `${command}\nprintf '\\036'\n`).join('')
  const { stdout } = await promisify(execFile)('sh', ['-c', script], { cwd, env: { ...process.env, ...env } })
  return stdout.split('\x1e').slice(0, -1)
}

/** Whether a line is as the comment says; the names of headers in any case. */
function fits(line: string, said: string): boolean {
  const pattern = said.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('…', '.*')
  return new RegExp(`^${pattern}$`, 'i').test(line)
}

function expectAnswer(printed: string, { command, answer }: Step): void {
  const lines = printed.split(/\r?\n/)
  let from = 0
  for (const said of answer) {
    const found = lines.findIndex((line, n) => n >= from && fits(line, said))
    if (found === -1) expect.fail(`${command}\nprinted\n${printed}\nand not, where it belongs,\n${said}`)
    from = found + 1
  }
}

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

for (const file of files) {
  test(`${file}: what its comment tells one to type is answered as it says`, async () => {
    const source = readFileSync(join(folder, file), 'utf8')
    const { before, after } = stepsOf(source)
    using work = new Folder()
    await using stack = new AsyncDisposableStack()
    const env: Record<string, string> = {}
    let provider: RunningProvider | undefined
    if (source.includes('provider.ts')) {
      provider = stack.use(await startProvider('http://localhost:8000', 0))
      env.SECRET = provider.secret
      vi.stubEnv('ISSUER', provider.issuer)
    }
    await type(before, work.path, env)

    const log = vi.spyOn(console, 'log').mockReturnValue()
    const { default: app, tls } = (await import(join(folder, file))) as Program
    for (const [line] of log.mock.calls) {
      const [, name, value] = /^([A-Z]+)=(\S+)$/.exec(String(line)) ?? []
      if (name !== undefined && value !== undefined) env[name] = value
    }
    const options: ServeOptions = { port: 0, installSignalHandlers: false }
    const server = stack.use(await serve(app, tls ? { ...options, tls: inFolder(work.path, tls) } : options))

    const { port } = new URL(server.url)
    // With a slash: the `Origin` of a browser has none, and the app's own stays what it is.
    for (const step of after) {
      step.command = step.command
        .replaceAll('://localhost:8000/', `://localhost:${port}/`)
        .replaceAll('http://localhost:9000/', `${provider?.issuer}/`)
        .replaceAll('node examples/schemes/', `node ${folder}`)
    }
    const printed = await type(after, work.path, env)
    expect(printed).toHaveLength(after.length)
    for (const [n, step] of after.entries()) expectAnswer(printed[n] ?? '', step)

    // What each shows at least: a request without credentials, with its challenge, and one with.
    const [first] = after
    expect(first?.command).not.toMatch(/ -[uHbd] /)
    expect(first?.answer[0]).toBe('HTTP/1.1 401 Unauthorized')
    expect(first?.answer[1]).toMatch(/^www-authenticate: (Basic|Digest|Bearer|DPoP|APIKey|MutualTLS|…Basic)/)
    expect(after.some(({ answer }) => answer.length === 1 && answer[0]?.startsWith('{'))).toBe(true)
  })
}

interface Program {
  readonly default: App
  readonly tls?: () => NonNullable<ServeOptions['tls']>
}

/** Runs a function in a folder. */
function inFolder<T>(path: string, make: () => T): T {
  const here = process.cwd()
  process.chdir(path)
  try {
    return make()
  } finally {
    process.chdir(here)
  }
}

test('each program is small, whole and in the table of the README', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  for (const file of files) {
    const source = readFileSync(join(folder, file), 'utf8')
    expect(source.trimEnd().split('\n').length, file).toBeLessThan(60)
    expect(source.trimEnd().endsWith('export default app'), file).toBe(true)
    expect(readme).toContain(`[${file}](${file})`)
    const { before, after } = stepsOf(source)
    expect(after.length, file).toBeGreaterThan(1)
    expect(before.every(({ answer }) => answer.length === 0)).toBe(true)
  }
})
