import { HTTPException } from '../exceptions.ts'
import { isOrigin } from '../headers.ts'
import type { Incoming } from '../incoming.ts'
import { decodeBase64url, encodeBase64url, utf8Bytes } from '../jwt/base64url.ts'
import { assertToken, checkOptions } from './options.ts'

/** How a {@link CookieToken} is defended against requests that other sites start. */
export interface CsrfOptions {
  /**
   * The key of CSRF tokens: 32 bytes or more, the same on every server. Of several, the first makes tokens and all check them, so
   * that a key can be replaced.
   */
  readonly secret?: string | readonly string[] | undefined
  /**
   * The origin under which browsers see the app, like `https://app.example.com`; none. It is configured, because the `Host` of a
   * request is what its sender wrote. Clients that send no `Sec-Fetch-Site` are accepted by it alone; without it they are refused.
   */
  readonly origin?: string | undefined
  /** Other origins whose pages may send the cookie, such as a front end on a sibling subdomain; none. */
  readonly trustedOrigins?: readonly string[] | undefined
  /** The header of the token; `x-csrf-token`. */
  readonly header?: string | undefined
  /** Checks where requests come from, and asks for no token; false. `secret` is left out then. */
  readonly dangerouslyOmitToken?: boolean | undefined
}

/** Why a request was taken for one that another site started. */
export type CsrfErrorCode = 'csrf_origin' | 'csrf_token'

const DETAILS: Readonly<Record<CsrfErrorCode, string>> = {
  csrf_origin: 'The request does not come from an allowed origin',
  csrf_token: 'The CSRF token is missing or not valid',
}

/**
 * The answer to a request that another site may have started: 403 with a fixed sentence.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-20#section-8.8
 */
export class CsrfError extends HTTPException {
  /** A stable name of the reason, to compare in programs and to count in logs. */
  readonly code: CsrfErrorCode

  constructor(code: CsrfErrorCode) {
    super(403, DETAILS[code])
    this.name = 'CsrfError'
    this.code = code
  }
}

const OPTIONS = ['secret', 'origin', 'trustedOrigins', 'header', 'dangerouslyOmitToken']
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
const TOKEN = /^([\w-]{22})\.([\w-]{43})$/
const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/**
 * Whether a method asks for no change of state. Any other one is unsafe, also one that nobody has heard of.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-9.2.1
 */
export function isSafe(method: string): boolean {
  return SAFE.has(method)
}

/** Checks where unsafe requests come from, and that they carry the token of their session. */
export class CsrfGuard {
  /** The header of the token; undefined where none is asked for. */
  readonly header: string | undefined
  readonly #cookie: string
  readonly #origin: string | undefined
  readonly #trusted: ReadonlySet<string>
  readonly #secrets: readonly string[]
  #keys: Promise<readonly CryptoKey[]> | undefined

  /**
   * @param cookie the cookie's name: tokens of one scheme are none of another that has the same secret.
   * @throws TypeError for a missing or unfit option.
   */
  constructor(options: CsrfOptions, cookie: string, where: string) {
    const {
      secret,
      origin,
      trustedOrigins = [],
      header = 'x-csrf-token',
      dangerouslyOmitToken = false,
    } = checkOptions(options, OPTIONS, where)
    if (typeof dangerouslyOmitToken !== 'boolean')
      throw new TypeError(`${where}: dangerouslyOmitToken is true or false.`)
    if (!Array.isArray(trustedOrigins)) throw new TypeError(`${where}: trustedOrigins is a list of origins.`)
    if (origin !== undefined) assertOrigin(origin, `${where}: origin`)
    for (const trusted of trustedOrigins) assertOrigin(trusted, `${where}: trustedOrigins`)
    assertToken(header, `${where}: header`)
    if (dangerouslyOmitToken && (secret !== undefined || options.header !== undefined)) {
      throw new TypeError(`${where}: secret and header are for tokens. Take them or dangerouslyOmitToken away.`)
    }
    this.header = dangerouslyOmitToken ? undefined : header.toLowerCase()
    this.#secrets = dangerouslyOmitToken ? [] : secretsOf(secret, where)
    this.#cookie = cookie
    this.#origin = origin
    this.#trusted = new Set(trustedOrigins)
  }

  /** What is refused, for the document. */
  get errors(): readonly CsrfError[] {
    const codes = Object.keys(DETAILS) as CsrfErrorCode[]
    return codes.filter((code) => code !== 'csrf_token' || this.header !== undefined).map((code) => new CsrfError(code))
  }

  /**
   * Refuses a request that a page of another origin started.
   *
   * `Sec-Fetch-Site` is the browser's word, which no page can change. `same-origin` is enough, unless an `Origin` contradicts the
   * configured one. With any other value (`none`, too: nobody types a POST into the address bar) the `Origin` must be trusted by
   * name. Without it, the `Origin` must be the configured one or trusted. `null`, which any page can become, is never trusted; beside
   * `same-origin` it is what `Referrer-Policy: no-referrer` leaves.
   *
   * @throws CsrfError
   * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
   * @see https://www.rfc-editor.org/rfc/rfc6454.html#section-7.3
   */
  assertOrigin(incoming: Incoming): void {
    const site = incoming.header('sec-fetch-site')
    const origin = incoming.header('origin')
    if (origin !== undefined && this.#trusted.has(origin)) return
    const own = this.#origin
    const fits =
      site === undefined
        ? own !== undefined && origin === own
        : site === 'same-origin' && (own === undefined || origin === undefined || origin === 'null' || origin === own)
    if (!fits) throw new CsrfError('csrf_origin')
  }

  /**
   * Refuses a request without the token of its session.
   *
   * @throws CsrfError by rejecting.
   */
  async assertToken(incoming: Incoming, session: string): Promise<void> {
    if (this.header === undefined) return
    const [, salt, mac] = TOKEN.exec(incoming.header(this.header) ?? '') ?? []
    const bytes = mac === undefined ? undefined : decodeBase64url(mac)
    if (salt === undefined || bytes === undefined) throw new CsrfError('csrf_token')
    const message = this.#message(salt, session)
    // Web Crypto compares in constant time.
    for (const key of await this.#imported()) if (await crypto.subtle.verify('HMAC', key, bytes, message)) return
    throw new CsrfError('csrf_token')
  }

  /** A token of a session. Each is different, so that a compressed answer does not give it away by its length (BREACH). */
  async tokenOf(session: string): Promise<string> {
    const salt = encodeBase64url(crypto.getRandomValues(new Uint8Array(16)))
    const [key] = await this.#imported()
    if (key === undefined)
      throw new TypeError('csrfToken(): the scheme asks for no CSRF token, so there is none to make.')
    const mac = await crypto.subtle.sign('HMAC', key, this.#message(salt, session))
    return `${salt}.${encodeBase64url(new Uint8Array(mac))}`
  }

  /** No two of its parts can be read as others: a line feed is in neither of the first three. */
  #message(salt: string, session: string): Uint8Array<ArrayBuffer> {
    return utf8Bytes(`sallyport csrf\n${this.#cookie}\n${salt}\n${session}`)
  }

  /** Done at the first need: Workers allow no such work while a module loads. */
  #imported(): Promise<readonly CryptoKey[]> {
    this.#keys ??= Promise.all(
      this.#secrets.map((secret) => crypto.subtle.importKey('raw', utf8Bytes(secret), HMAC, false, ['sign', 'verify'])),
    )
    return this.#keys
  }
}

/** @throws TypeError which never repeats a secret. */
function secretsOf(secret: unknown, where: string): readonly string[] {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret]
  const isKey = (key: unknown): key is string => typeof key === 'string' && utf8Bytes(key).length >= 32
  if (secrets.length === 0 || !secrets.every(isKey)) {
    throw new TypeError(
      `${where}: secret is required: a random text of 32 bytes or more, or a list of them. \`sallyport keygen\` makes one.`,
    )
  }
  return [...secrets]
}

/** @throws TypeError for anything but an origin as browsers write it: `null` is the origin of no page that could be trusted. */
function assertOrigin(origin: unknown, where: string): void {
  if (!isOrigin(origin)) {
    throw new TypeError(
      `${where} is an origin as browsers send it, for example https://app.example.com: no path, no slash at the end, no default port.`,
    )
  }
}
