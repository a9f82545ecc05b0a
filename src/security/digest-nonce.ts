import { digestCrypto, equalDigests, type NodeCrypto } from './digest-algorithm.ts'

/** What a nonce turns out to be. */
export interface OpenedNonce {
  /** When it was made, in milliseconds since 1970. */
  readonly issued: number
  /** When it ends, in milliseconds since 1970. */
  readonly expires: number
}

const NONCE = /^([\da-z]{1,11})\.([\w-]{16})\.([\w-]{22})$/

/**
 * The nonces of a scheme. Each says when it was made and is signed, so that none has to be kept before somebody uses it: who asks
 * for a million challenges fills no table.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-5.4
 */
export class Nonces {
  readonly #key: ReturnType<NodeCrypto['createSecretKey']>
  readonly #realm: string
  readonly #lifetime: number

  /**
   * @param secret signs them: the same one in all processes.
   * @param realm a nonce of one realm is none of another.
   * @param lifetime milliseconds for which one is good.
   */
  constructor(secret: Uint8Array, realm: string, lifetime: number) {
    this.#key = digestCrypto().createSecretKey(secret)
    this.#realm = realm
    this.#lifetime = lifetime
  }

  /** Makes one. @param now milliseconds since 1970. */
  make(now: number): string {
    const text = `${now.toString(36)}.${digestCrypto().randomBytes(12).toString('base64url')}`
    return `${text}.${this.#sign(text)}`
  }

  /** Gives what a nonce is; undefined for one that was not made here, and for one that has expired. */
  open(nonce: string, now: number): OpenedNonce | undefined {
    const [, time = '', random = '', signature = ''] = NONCE.exec(nonce) ?? []
    if (time === '' || !equalDigests(signature, this.#sign(`${time}.${random}`))) return undefined
    const issued = Number.parseInt(time, 36)
    const expires = issued + this.#lifetime
    return now < expires ? { issued, expires } : undefined
  }

  /** Whether a nonce is past the half of its life, and a client does well to take another. */
  isAging({ expires }: OpenedNonce, now: number): boolean {
    return expires - now < this.#lifetime / 2
  }

  #sign(text: string): string {
    const hmac = digestCrypto().createHmac('sha256', this.#key)
    return hmac.update(`digest nonce\n${this.#realm}\n${text}`).digest('base64url').slice(0, 22)
  }
}
