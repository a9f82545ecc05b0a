import { assertOptions } from './params.ts'

/** Attributes of a cookie. */
export interface CookieOptions {
  /** Seconds until the client forgets it; without it and `expires`, the end of the session. */
  readonly maxAge?: number
  readonly expires?: Date
  readonly domain?: string
  /** The paths it is sent to; `/`. */
  readonly path?: string
  /** Only over HTTPS, and to this machine itself; true. */
  readonly secure?: boolean
  /** Hidden from scripts; true. */
  readonly httpOnly?: boolean
  /** Whether other sites' requests carry it; `Lax`. `None` needs `secure`. */
  readonly sameSite?: 'Strict' | 'Lax' | 'None'
  /** A jar of its own for each top-level site (CHIPS); needs `secure`. */
  readonly partitioned?: boolean
}

const KNOWN = ['maxAge', 'expires', 'domain', 'path', 'secure', 'httpOnly', 'sameSite', 'partitioned']
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/
// RFC 6265 §4.1.1 cookie-octet: no controls, white space, quotes, commas, semicolons, backslashes.
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/
// RFC 6265 §5.2.4: a path without a slash in front counts for nothing.
const PATH = /^\/[\x20-\x3a\x3c-\x7e]*$/
const DOMAIN = /^[\w.-]+$/

/**
 * One `Set-Cookie` line.
 *
 * @throws TypeError for what is no cookie, and for a prefix or attribute whose promise the others break.
 * @see https://www.rfc-editor.org/rfc/rfc6265.html#section-4.1.1
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-20#section-4.1.3 (name prefixes)
 */
export function serializeCookie(name: string, value: string, options: CookieOptions): string {
  const where = 'setCookie()'
  assertOptions(options, KNOWN, where)
  const { maxAge, expires, domain, path = '/', sameSite = 'Lax', partitioned } = options
  const { secure = true, httpOnly = true } = options
  if (!TOKEN.test(name)) throw new TypeError(`${where}: the name of a cookie is a token (RFC 6265 §4.1.1).`)
  if (!VALUE.test(value)) {
    throw new TypeError(
      `${where}: the value of ${name} has characters that a cookie cannot hold. Encode it, for example with encodeURIComponent().`,
    )
  }
  if (!PATH.test(path)) {
    throw new TypeError(`${where}: path of ${name} begins with a slash and holds no controls and no semicolons.`)
  }
  if (domain !== undefined && !DOMAIN.test(domain))
    throw new TypeError(`${where}: domain of ${name} is the name of a host.`)
  if (expires !== undefined && Number.isNaN(expires.getTime())) {
    throw new TypeError(`${where}: expires of ${name} is no valid date.`)
  }
  if (maxAge !== undefined && !Number.isSafeInteger(maxAge)) {
    throw new TypeError(`${where}: maxAge of ${name} is a whole number of seconds.`)
  }
  if (!['Strict', 'Lax', 'None'].includes(sameSite)) {
    throw new TypeError(`${where}: sameSite of ${name} is 'Strict', 'Lax' or 'None'.`)
  }
  const needsSecure =
    sameSite === 'None'
      ? 'sameSite None'
      : partitioned
        ? 'partitioned'
        : /^__(?:Host|Secure)-/i.test(name)
          ? 'its name'
          : undefined
  if (needsSecure !== undefined && !secure)
    throw new TypeError(`${where}: ${name} must be secure because of ${needsSecure}.`)
  if (/^__Host-/i.test(name) && (path !== '/' || domain !== undefined)) {
    throw new TypeError(`${where}: ${name} must have the path / and no domain because of its name.`)
  }
  let line = `${name}=${value}; Path=${path}`
  if (maxAge !== undefined) line += `; Max-Age=${maxAge}`
  if (expires !== undefined) line += `; Expires=${expires.toUTCString()}`
  if (domain !== undefined) line += `; Domain=${domain}`
  if (secure) line += '; Secure'
  if (httpOnly) line += '; HttpOnly'
  line += `; SameSite=${sameSite}`
  if (partitioned) line += '; Partitioned'
  return line
}
