/** An auth-scheme with what it says: parameters, or one text in the characters of base64. */
export interface Challenge {
  /** The auth-scheme as it was sent; its letters may be small or capital. */
  readonly scheme: string
  /** The parameters by their names in lower case; their values without quotes. */
  readonly parameters: ReadonlyMap<string, string>
  /** Stands in place of parameters, as for Negotiate. */
  readonly token68: string | undefined
}

/**
 * The values of a challenge's parameters by their names: a text is written as a quoted string, `{ token }` as it is, which a
 * few parameters ask for (`stale` and `algorithm` of Digest); undefined is left out.
 */
export type ChallengeParameters = Readonly<Record<string, string | { readonly token: string } | undefined>>

/** The source of a regular expression for a token (RFC 9110 §5.6.2). */
export const TOKEN: string = "[\\w!#$%&'*+.^`|~-]+"

/** The source of a regular expression for a quoted string (RFC 9110 §5.6.4), its inside in a group. */
export const QUOTED: string =
  '"((?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\uffff]|\\\\[\\t \\x21-\\x7e\\x80-\\uffff])*)"'

const WHOLE_TOKEN = new RegExp(`^${TOKEN}$`)
const FIELD_VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/
const TOKEN68 = /^[\w.~+/-]+=*$/
const COMMAS = /[ \t,]*/y
const SCHEME = new RegExp(`(${TOKEN})(?: +|(?=,|$))`, 'y')
const TOKEN68_AHEAD = /([\w.~+/-]+=*)[ \t]*(?=,|$)/y
// The blanks around = are bad, says RFC 9110 §11.2, and to be read.
const PARAMETER = new RegExp(`(${TOKEN})[ \\t]*=[ \\t]*(?:(${TOKEN})|${QUOTED})[ \\t]*(?=,|$)`, 'y')

/**
 * Whether a text is a token, as names of headers, parameters and auth-schemes are.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-5.6.2
 */
export function isToken(text: string): boolean {
  return WHOLE_TOKEN.test(text)
}

/**
 * A text as a quoted string: in quotes, with its own quotes and backslashes escaped.
 *
 * @throws TypeError for a text that is not ASCII, and for controls. The text is not repeated.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-5.6.4
 */
export function quoteString(text: string): string {
  if (!/^[\t\x20-\x7e]*$/.test(text)) throw new TypeError('A quoted string in a header holds printable ASCII only.')
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** The text of the inside of a quoted string, its escapes taken off. */
export function unquote(inside: string): string {
  return inside.includes('\\') ? inside.replace(/\\(.)/g, '$1') : inside
}

/**
 * Writes a challenge, the value of a `WWW-Authenticate` header.
 *
 * @param scheme the auth-scheme, such as `Bearer`.
 * @param given parameters, or one text in the characters of base64.
 * @throws TypeError for a scheme, name or value that a challenge cannot hold.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6.1
 */
export function formatChallenge(scheme: string, given: ChallengeParameters | string = {}): string {
  if (!isToken(scheme))
    throw new TypeError('A challenge begins with an auth-scheme, which is a token (RFC 9110 §11.1).')
  if (typeof given === 'string') {
    if (!TOKEN68.test(given)) throw new TypeError(`The text of a ${scheme} challenge is no token68 (RFC 9110 §11.2).`)
    return `${scheme} ${given}`
  }
  let challenge = scheme
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (!isToken(name))
      throw new TypeError(`The name of a parameter of a ${scheme} challenge is a token (RFC 9110 §11.2).`)
    if (typeof value === 'object' && !isToken(value.token)) {
      throw new TypeError(`The parameter ${name} of a ${scheme} challenge is no token (RFC 9110 §5.6.2).`)
    }
    challenge += `${challenge === scheme ? ' ' : ', '}${name}=${typeof value === 'object' ? value.token : quoteString(value)}`
  }
  return challenge
}

/**
 * Reads the challenges of a `WWW-Authenticate` header; several may stand in one line.
 *
 * @returns undefined for text that is none, and for a parameter that stands twice in a challenge.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6.1
 */
export function parseChallenges(value: string): Challenge[] | undefined {
  const challenges: Challenge[] = []
  for (let at = afterCommas(value, 0); at < value.length; at = afterCommas(value, at)) {
    const head = matchAt(SCHEME, value, at)
    if (head === undefined) return undefined
    at += head[0].length
    const parameters = new Map<string, string>()
    let token68: RegExpExecArray | undefined
    if (matchAt(PARAMETER, value, at)) {
      at = readParameters(value, at, parameters)
      if (at === -1) return undefined
    } else {
      token68 = matchAt(TOKEN68_AHEAD, value, at)
      if (token68) at += token68[0].length
      else if (at < value.length && value[at] !== ',') return undefined
    }
    challenges.push({ scheme: head[1] as string, parameters, token68: token68?.[1] })
  }
  return challenges
}

/**
 * The credentials of an `Authorization` header that names an auth-scheme, read as FastAPI does: the auth-scheme ends at the first
 * space, and blanks on both sides of the rest are taken off. A tab separates nothing.
 *
 * @param scheme the auth-scheme, in lower case; the header's may have capitals.
 * @returns empty for nothing; undefined for another auth-scheme, and for a header that is absent or empty.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6.2
 */
export function credentialsAfter(value: string | undefined, scheme: string): string | undefined {
  if (value === undefined) return undefined
  const { length } = scheme
  for (let i = 0; i < length; i++) if (smallLetter(value.charCodeAt(i)) !== scheme.charCodeAt(i)) return undefined
  if (value.length === length) return ''
  return value.charCodeAt(length) === SPACE ? trimmed(value, length + 1) : undefined
}

/** Without blanks on both sides. */
function trimmed(value: string, from: number): string {
  let start = from
  let end = value.length
  while (start < end && isBlank(value, start)) start++
  while (start < end && isBlank(value, end - 1)) end--
  return value.slice(start, end)
}

/** The code of a character; a small letter's for a capital of ASCII. */
function smallLetter(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code
}

/**
 * Reads a list of parameters, such as the credentials of Digest: by their names in lower case, the values without quotes.
 *
 * @returns undefined for text that is none, and for a parameter that stands twice: two readers would pick different ones.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.2
 */
export function parseAuthParams(text: string): Map<string, string> | undefined {
  const parameters = new Map<string, string>()
  return readParameters(text, 0, parameters) === text.length ? parameters : undefined
}

/**
 * Whether a text can be the value of a header: no controls, so that it cannot begin another header or another response; no
 * blanks around it; nothing above one byte.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-5.5
 */
export function isFieldValue(text: string): boolean {
  return FIELD_VALUE.test(text)
}

/**
 * Refuses a header that cannot be sent.
 *
 * @throws TypeError which names the header, and never its value.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-5
 */
export function assertHeader(name: string, value: string): void {
  if (!isToken(name))
    throw new TypeError('The name of a header is a token: letters, digits and hyphens (RFC 9110 §5.1).')
  if (!isFieldValue(value)) {
    throw new TypeError(
      `The value of the header ${name} has characters that a header cannot hold (RFC 9110 §5.5). Encode it.`,
    )
  }
}

/**
 * Reads parameters from a place on.
 *
 * @returns the place of the first thing that is none, behind the commas; -1 when a parameter stands twice.
 */
function readParameters(text: string, start: number, into: Map<string, string>): number {
  let at = afterCommas(text, start)
  for (let match = matchAt(PARAMETER, text, at); match !== undefined; match = matchAt(PARAMETER, text, at)) {
    const name = (match[1] as string).toLowerCase()
    if (into.has(name)) return -1
    into.set(name, match[2] ?? unquote(match[3] as string))
    at = afterCommas(text, at + match[0].length)
  }
  return at
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

/** A list may have empty elements (RFC 9110 §5.6.1.2). */
function afterCommas(text: string, at: number): number {
  return at + (matchAt(COMMAS, text, at) as RegExpExecArray)[0].length
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === SPACE || code === TAB
}

const SPACE = 0x20
const TAB = 0x09

/**
 * Whether a text is an origin of the web as browsers write it: `https://api.example.com`, without a path and without the default port.
 *
 * Not only what `URL` takes: a host may hold a semicolon there, which would end the directive of a policy.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6454.html#section-6.2
 */
export function isOrigin(value: unknown): value is string {
  if (typeof value !== 'string' || !/^https?:\/\/[\w.:[\]-]+$/.test(value)) return false
  return URL.canParse(value) && new URL(value).origin === value
}
