/** A Digest client that does what it is told, right or wrong. It shares no code with the scheme. */
import { createHash } from 'node:crypto'
import type { App } from 'sallyport'

export type Parameters = Readonly<Record<string, string>>

const NODE_NAMES: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' }

export function hashed(algorithm: string, data: string | Uint8Array): string {
  const name = NODE_NAMES[algorithm.replace('-sess', '')]
  if (name === undefined) throw new Error(`no algorithm ${algorithm}`)
  return createHash(name).update(data).digest('hex')
}

/** The parameters of the challenges of an answer. */
export function challengesIn(response: Response): Parameters[] {
  const header = response.headers.get('www-authenticate') ?? ''
  return header
    .split(/(?:^|, )Digest /)
    .slice(1)
    .map((challenge) =>
      Object.fromEntries(
        [...challenge.matchAll(/([\w*]+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, name, quoted, token]) => [
          name as string,
          quoted ?? token ?? '',
        ]),
      ),
    )
}

/** What a request is, and who sends it. */
export interface Told {
  readonly username: string
  readonly password: string
  readonly method?: string
  readonly uri: string
  readonly body?: string
  readonly nc?: string
  readonly cnonce?: string
  readonly qop?: string
  readonly userhash?: boolean
}

/** The right parameters for a challenge. */
export function answerTo(challenge: Parameters, told: Told): Record<string, string> {
  const { algorithm = 'MD5', nonce = '', realm = '', opaque = '' } = challenge
  const { username, password, method = 'GET', uri, nc = '00000001', cnonce = 'c2FsbHlwb3J0', qop = 'auth' } = told
  const H = (data: string | Uint8Array): string => hashed(algorithm, data)
  const stored = H(`${username}:${realm}:${password}`)
  const key = algorithm.endsWith('-sess') ? H(`${stored}:${nonce}:${cnonce}`) : stored
  const about = H(`${method}:${uri}${qop === 'auth-int' ? `:${H(told.body ?? '')}` : ''}`)
  const response = H([key, nonce, nc, cnonce, qop, about].join(':'))
  const name = told.userhash ? H(`${username}:${realm}`) : username
  const given = { username: name, realm, uri, algorithm, nonce, nc, cnonce, qop, response, opaque }
  return told.userhash ? { ...given, userhash: 'true' } : given
}

const TOKENS = new Set(['algorithm', 'qop', 'nc', 'userhash', 'username*'])

/** The value of `Authorization`, its quotes where RFC 7616 §3.4 has them. */
export function written(parameters: Parameters): string {
  const parts = Object.entries(parameters).map(([name, value]) =>
    TOKENS.has(name) ? `${name}=${value}` : `${name}="${value}"`,
  )
  return `Digest ${parts.join(', ')}`
}

/** Asks for a challenge; the first one, or the one of an algorithm. */
export async function challengeOf(app: App, path = '/', algorithm?: string): Promise<Parameters> {
  const found = challengesIn(await app.request(path)).find((one) => !algorithm || one.algorithm === algorithm)
  if (found === undefined) throw new Error('no such challenge')
  return found
}
