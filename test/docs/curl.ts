/** Runs the `curl` lines of a page against an app, without a server, and compares what the page quotes. */
import { STATUS_CODES } from 'node:http'
import { expect } from 'vitest'
import type { App } from '../../src/app.ts'

/** One command of a block, with what the page shows below it. */
export interface Quoted {
  readonly command: string
  readonly output: string
}

/** The commands of a `console` block: lines with `$ `, continued by a backslash, and their output. */
export function commandsOf(text: string): Quoted[] {
  const found: { command: string; output: string[] }[] = []
  for (const line of text.replace(/\\\n\s*/g, '').split('\n')) {
    if (line.startsWith('$ ')) found.push({ command: line.slice(2), output: [] })
    else found.at(-1)?.output.push(line)
  }
  return found.map(({ command, output }) => ({ command, output: output.join('\n').trim() }))
}

/** Who answers a command: an app, or something that runs the command itself. */
export type Answering = App | ((command: string) => Promise<Response>)

/** Sends what the command would send. */
export async function answerTo(
  app: Answering,
  command: string,
): Promise<{ response: Response; body: string; whole: boolean }> {
  if (typeof app === 'function') {
    const response = await app(command)
    return { response, body: await response.text(), whole: / -[iI] /.test(command) }
  }
  const { url, init, whole } = readCurl(command)
  const response = await app.request(url, init)
  return { response, body: await response.text(), whole }
}

/** Compares an answer with what a page shows of it: with `-i` the status and those headers that it shows, then the body. */
export async function expectQuoted(app: Answering, { command, output }: Quoted): Promise<void> {
  const { response, body, whole } = await answerTo(app, command)
  if (!whole) return expectBody(body, output)
  const at = output.indexOf('\n\n')
  const [status = '', ...headers] = (at < 0 ? output : output.slice(0, at)).split('\n')
  expect(status, command).toMatch(new RegExp(`^HTTP/1\\.1 ${response.status}\\b`))
  for (const line of headers) {
    const [name = '', value] = line.split(/:\s*(.*)/)
    const got =
      name.toLowerCase() === 'set-cookie' ? response.headers.getSetCookie().join('\n') : response.headers.get(name)
    expect(got, `${command}: ${name}`).toContain(value)
  }
  expectBody(body, at < 0 ? '' : output.slice(at + 2))
}

/** What a page would show of the answer: the headers that it shows now, and long JSON over several lines. */
export async function quote(app: App, { command, output }: Quoted): Promise<string> {
  const { response, body, whole } = await answerTo(app, command)
  const shown = /^[[{]/.test(body) && body.length > 100 ? layout(JSON.parse(body), '') : body.trimEnd()
  if (!whole) return shown
  const names = (output.split('\n\n')[0] ?? '').split('\n').slice(1)
  const headers = (names.length > 0 ? names : ['content-type:']).flatMap((line) => {
    const [name = ''] = line.split(':')
    const value = response.headers.get(name)
    return value === null ? [] : [`${name}: ${value}`]
  })
  const status = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}`
  return [status, ...headers, ...(shown === '' ? [] : ['', shown])].join('\n')
}

/** JSON as people write it: what fits into a line stands in one. */
function layout(value: unknown, indent: string): string {
  const flat = JSON.stringify(value)
  if (indent.length + flat.length <= 90 || typeof value !== 'object' || value === null) return flat
  const inner = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((each) => inner + layout(each, inner))
    : Object.entries(value).map(([key, each]) => `${inner}${JSON.stringify(key)}: ${layout(each, inner)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`
}

function expectBody(body: string, shown: string): void {
  const [made, quoted] = [jsonOf(body), jsonOf(shown)]
  if (made !== undefined && quoted !== undefined) expect(made).toEqual(withGaps(quoted))
  else expect(body.trim()).toEqual(withGaps(shown.trim()))
}

/** What a page shows, where `…` in a text stands for whatever is there. */
function withGaps(shown: unknown): unknown {
  if (typeof shown === 'string') {
    const parts = shown.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    return parts.length === 1 ? shown : expect.stringMatching(new RegExp(`^${parts.join('[^]*')}$`))
  }
  if (Array.isArray(shown)) return shown.map(withGaps)
  if (typeof shown !== 'object' || shown === null) return shown
  return Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, withGaps(value)]))
}

function jsonOf(text: string): unknown {
  try {
    return { json: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

function readCurl(command: string): { url: string; init: RequestInit; whole: boolean } {
  const [program, ...words] = wordsOf(command)
  if (program !== 'curl') throw new Error(`No curl: ${command}`)
  const headers = new Headers()
  const form = new FormData()
  const data: string[] = []
  let [url, method, whole, hasForm]: [string?, string?, boolean?, boolean?] = []
  for (let n = 0; n < words.length; n++) {
    const word = words[n] ?? ''
    const next = (): string => words[++n] ?? ''
    if (word === '-i') whole = true
    else if (word === '-s') continue
    else if (word === '-I') [method, whole] = ['HEAD', true]
    else if (word === '-X') method = next()
    else if (word === '-H') {
      const [name = '', value = ''] = next().split(/:\s*(.*)/)
      headers.set(name, value)
    } else if (word === '-b') headers.set('cookie', next())
    else if (word === '-u') headers.set('authorization', `Basic ${btoa(next())}`)
    else if (word === '--json') {
      headers.set('content-type', 'application/json')
      data.push(next())
    } else if (word === '-d' || word === '--data-urlencode') {
      if (!headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded')
      data.push(
        word === '-d' ? next() : next().replace(/=(.*)/s, (_, value: string) => `=${encodeURIComponent(value)}`),
      )
    } else if (word === '-F') {
      hasForm = true
      addPart(form, next())
    } else if (/^https?:|^localhost/.test(word)) url = word.replace(/^localhost/, 'http://localhost')
    else throw new Error(`test/docs/curl.ts does not know ${word} of: ${command}`)
  }
  if (url === undefined) throw new Error(`No URL: ${command}`)
  const body = hasForm ? form : data.length > 0 ? data.join('&') : undefined
  return {
    url,
    whole: whole === true,
    init: { method: method ?? (body === undefined ? 'GET' : 'POST'), headers, ...(body === undefined ? {} : { body }) },
  }
}

/** `picture=@cat.png;type=image/png`: what is in such a file is up to us. */
function addPart(form: FormData, part: string): void {
  const [name = '', value = ''] = part.split(/=(.*)/s)
  if (!value.startsWith('@')) {
    form.append(name, value)
    return
  }
  const [file = '', type] = value.slice(1).split(';type=')
  const known = { png: 'image/png', txt: 'text/plain', jpg: 'image/jpeg' }[file.split('.').at(-1) ?? '']
  form.append(name, new File(['some bytes'], file, { type: type ?? known ?? 'application/octet-stream' }))
}

/** The words of a line as a shell reads them, with both kinds of quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"/g, (_, single?: string, double?: string) =>
      single !== undefined ? single : (double ?? '').replace(/\\(.)/g, '$1'),
    ),
  )
}
