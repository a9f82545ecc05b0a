/** Asks a server before it is measured: all must give the same answers. */
import { isDeepStrictEqual } from 'node:util'
import type { RunningServer } from './server.ts'
import type { Request } from './traffic.ts'

/** A request with its right answer. */
export interface Check {
  readonly what: string
  readonly request: Request
  /** The right status, or several where frameworks differ. */
  readonly status: number | readonly number[]
  /** The right JSON; left out where frameworks word it differently. */
  readonly body?: unknown
  /** Servers that are not asked, such as the one that checks nothing. */
  readonly except?: readonly string[]
}

/**
 * Asks all of it.
 *
 * @throws Error that names the server and the difference.
 */
export async function check(server: RunningServer, checks: readonly Check[]): Promise<void> {
  for (const { what, request, status, body, except = [] } of checks) {
    if (except.includes(server.name)) continue
    const { method = 'GET', path, headers = {}, body: sent } = request
    const response = await fetch(`http://${server.host}${path}`, {
      method,
      headers: {
        ...headers,
        connection: 'close',
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(sent === undefined ? {} : { body: sent }),
    })
    const text = await response.text()
    const wrong = (found: string): Error => new Error(`${server.name}, ${what}: ${found}`)
    if (![status].flat().includes(response.status))
      throw wrong(`${response.status} instead of ${[status].flat().join(' or ')}\n${text}`)
    if (body !== undefined && !isDeepStrictEqual(JSON.parse(text), body))
      throw wrong(`${text}\ninstead of ${JSON.stringify(body)}`)
  }
}
