import { connect, type Socket } from 'node:net'

/** A client that writes what it likes, and waits on what comes back, never on a clock. */
export class RawClient {
  readonly socket: Socket
  /** All that came so far. */
  text = ''
  /** What broke the connection, such as a reset. */
  error: Error | undefined
  readonly #waiting = new Set<() => void>()
  #closed = false

  constructor(port: number, options: { readonly allowHalfOpen?: boolean } = {}) {
    this.socket = connect({ port, host: '127.0.0.1', ...options })
    this.socket.setEncoding('latin1')
    this.socket.on('data', (chunk: string) => {
      this.text += chunk
      this.#wake()
    })
    const onEnd = (): void => {
      this.#closed = true
      this.#wake()
    }
    this.socket.on('end', onEnd)
    this.socket.on('close', onEnd)
    this.socket.on('error', (error) => {
      this.error = error
    })
  }

  #wake(): void {
    for (const check of this.#waiting) check()
  }

  write(text: string): this {
    this.socket.write(text, 'latin1')
    return this
  }

  /** Resolves when what came contains the text or matches; rejects when the server closes before. */
  until(pattern: string | RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (typeof pattern === 'string' ? this.text.includes(pattern) : pattern.test(this.text)) resolve(this.text)
        else if (this.#closed) reject(new Error(`closed before ${pattern}, after ${JSON.stringify(this.text)}`))
        else return
        this.#waiting.delete(check)
      }
      this.#waiting.add(check)
      check()
    })
  }

  /** Resolves with all that came when the server has closed its side. */
  ended(): Promise<string> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!this.#closed) return
        this.#waiting.delete(check)
        resolve(this.text)
      }
      this.#waiting.add(check)
      check()
    })
  }

  /** After the server has closed its side: writes on, closes this side too, and gives what broke the connection meanwhile. */
  async writeOn(text: string): Promise<Error | undefined> {
    const closed = new Promise((resolve) => this.socket.once('close', resolve))
    for (let i = 0; i < 5; i++) await new Promise((resolve) => this.socket.write(text, resolve))
    this.socket.end()
    await closed
    return this.error
  }

  destroy(): void {
    this.socket.destroy()
  }
}

/** Writes text on a new connection and gives all that comes back until the server closes it. */
export async function exchange(port: number, text: string): Promise<string> {
  const client = new RawClient(port).write(text)
  const answer = await client.ended()
  client.destroy()
  return answer
}

/** The status of the first answer in the text. */
export const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1])

/** The statuses of all answers in the text. */
export const statusesOf = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]))
