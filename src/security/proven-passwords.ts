import { nodeCrypto } from '../jwt/runtime.ts'

/**
 * Remembers for a short time which passwords were proven right, by a keyed digest of name, password and stored hash: the key is of
 * this process and goes nowhere, so what is remembered is of no use to whoever reads it; and a changed hash is another digest.
 */
export class ProvenPasswords {
  readonly #lifetime: number
  readonly #max: number
  readonly #clock: () => number
  /** The end of each, in milliseconds since 1970; the oldest first. */
  readonly #proven = new Map<string, number>()
  #secret: Uint8Array<ArrayBuffer> | undefined
  #key: Promise<CryptoKey> | undefined

  /**
   * @param lifetime milliseconds for which one is remembered; not prolonged by being used.
   * @param max how many are remembered; over it the oldest goes.
   * @param clock milliseconds since 1970.
   */
  constructor(lifetime: number, max: number, clock: () => number) {
    this.#lifetime = lifetime
    this.#max = max
    this.#clock = clock
  }

  /** The digest to ask for. Its parts cannot be taken for each other: no name of Basic has a colon. */
  digest(name: string, password: string, stored: string): string | Promise<string> {
    // Not in the constructor: Cloudflare's Workers make random numbers in requests only.
    this.#secret ??= crypto.getRandomValues(new Uint8Array(32))
    const text = `${stored.length}:${stored}${name}:${password}`
    // At once, for 3 µs: a job of WebCrypto and the wait for it take six times as long.
    if (nodeCrypto !== undefined) return nodeCrypto.createHmac('sha256', this.#secret).update(text).digest('latin1')
    this.#key ??= crypto.subtle.importKey('raw', this.#secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    return this.#signed(this.#key, text)
  }

  async #signed(key: Promise<CryptoKey>, text: string): Promise<string> {
    const bytes = await crypto.subtle.sign('HMAC', await key, new TextEncoder().encode(text))
    return String.fromCharCode(...new Uint8Array(bytes))
  }

  /** Whether this was proven, not too long ago. */
  has(digest: string): boolean {
    const until = this.#proven.get(digest)
    if (until === undefined) return false
    if (this.#clock() < until) return true
    this.#proven.delete(digest)
    return false
  }

  /** Remembers what was proven. */
  add(digest: string): void {
    this.#proven.delete(digest)
    this.#proven.set(digest, this.#clock() + this.#lifetime)
    for (const oldest of this.#proven.keys()) {
      if (this.#proven.size <= this.#max) break
      this.#proven.delete(oldest)
    }
  }
}
