/** A CA, and certificates that it signs, made for a test with openssl. */
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'

export interface Pair {
  readonly key: string
  readonly cert: string
  /** The SHA-256 of the DER, hashed by openssl's own word of it. */
  readonly thumbprint: string
  /** As RFC 9440 §2.1 writes it. */
  readonly clientCert: string
}

export class CA {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sallyport-ca-'))
  readonly cert: string

  constructor(name: string) {
    this.#run('req', '-x509', ...NEW_KEY, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', `/CN=${name}`)
    this.cert = this.#read('ca.pem')
  }

  /** @param days below 0: it has ended. */
  issue(name: string, subject: string, altNames?: string, days = 2): Pair {
    this.#run('req', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject)
    const extensions = join(this.#folder, `${name}.ext`)
    writeFileSync(extensions, altNames === undefined ? '' : `subjectAltName = ${altNames}\n`)
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days)]
    this.#run('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', extensions, ...signed)
    const cert = this.#read(`${name}.pem`)
    const hex = this.#run('x509', '-in', `${name}.pem`, '-noout', '-fingerprint', '-sha256').split('=')[1] as string
    const thumbprint = Buffer.from(hex.trim().replaceAll(':', ''), 'hex').toString('base64url')
    const der = new X509Certificate(cert).raw
    return { key: this.#read(`${name}.key`), cert, thumbprint, clientCert: `:${der.toString('base64')}:` }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }

  #run(...words: string[]): string {
    return execFileSync('openssl', words, { cwd: this.#folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  }

  #read(file: string): string {
    return readFileSync(join(this.#folder, file), 'utf8')
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

export interface Answered {
  readonly status: number
  readonly challenge: string | undefined
  readonly body: unknown
  readonly session: Buffer | undefined
}

/** Sends one request over TLS on a connection of its own. */
export function getOverTLS(
  url: string,
  tls: ConnectionOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    let session: Buffer | undefined
    const sent = request(url, { ...tls, agent: false, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode as number,
          challenge: response.headers['www-authenticate'],
          body: text === '' ? undefined : JSON.parse(text),
          session,
        }),
      )
    })
    sent.on('socket', (socket) => socket.on('session', (made: Buffer) => (session = made)))
    sent.on('error', reject)
    sent.end()
  })
}
