/** What is sent to a server: the same requests to all, written as a script for wrk. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A request, whole but for the host. */
export interface Request {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Requests that are sent in turn; or one with a place for the lines of a long file, each of which is sent once. */
export type Traffic =
  | { readonly requests: readonly Request[] }
  | { readonly request: Request; readonly file: string; readonly place: string }

/** A request as it goes over the wire. */
export function wireOf({ method = 'GET', path, headers = {}, body }: Request, host: string): string {
  const all = Object.entries({
    Host: host,
    ...headers,
    ...(body === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }),
  })
  return `${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`
}

/**
 * Writes the script of wrk for a server.
 *
 * @param start how many of the file's lines were sent before.
 * @returns its path.
 */
export function writeScript(folder: string, traffic: Traffic, host: string, start: number): string {
  const path = join(folder, 'traffic.lua')
  if ('requests' in traffic) {
    const requests = traffic.requests.map((request) => `  ${quoted(wireOf(request, host))},`)
    writeFileSync(path, `${NEXT}local values = {\n${requests.join('\n')}\n}\nrequest = next_of(values, 0, "", "")\n`)
  } else {
    const [before = '', after = ''] = wireOf(traffic.request, host).split(traffic.place)
    writeFileSync(
      path,
      `${NEXT}local values = {}\nfor line in io.lines(${quoted(traffic.file)}) do values[#values + 1] = line end\nrequest = next_of(values, ${start}, ${quoted(before)}, ${quoted(after)})\n`,
    )
  }
  return path
}

const NEXT = `local function next_of(values, start, before, after)
  local at, count = start, #values
  return function()
    at = at + 1
    return before .. values[(at - 1) % count + 1] .. after
  end
end
`

/** A text as Lua writes it: every byte that is not plainly printable by its number. */
function quoted(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\${String(byte).padStart(3, '0')}`
      : String.fromCharCode(byte),
  )
  return `"${bytes.join('')}"`
}
