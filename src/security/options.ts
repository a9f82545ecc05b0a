import { isToken } from '../headers.ts'
import { assertOptions } from '../params.ts'

/**
 * Refuses options that are no object, have a name that does not exist, or are inherited.
 *
 * @throws TypeError
 */
export function checkOptions<Options extends object>(
  options: Options,
  known: readonly string[],
  where: string,
): Options {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${where}: takes one object of options: ${known.join(', ')}.`)
  }
  assertOptions(options, known, where)
  for (const name of known) {
    // Not copied with the others: a verifier that is inherited would check nobody.
    if (name in options && !Object.hasOwn(options, name)) {
      throw new TypeError(`${where}: the option ${name} is inherited. Write the options into one plain object.`)
    }
  }
  return options
}

/**
 * Refuses what is no token of RFC 9110: the name of a header, a cookie or an auth-scheme.
 *
 * @throws TypeError
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-5.6.2
 */
export function assertToken(value: unknown, where: string): asserts value is string {
  if (typeof value !== 'string' || !isToken(value)) {
    throw new TypeError(`${where} is required: letters, digits and !#$%&'*+-.^_\`|~ only (RFC 9110 §5.6.2).`)
  }
}

/** What may stand in a URI (RFC 3986 §2), less the `#` of a fragment. */
const URI = /^[\w\-.~:/?[\]@!$&'()*+,;=%]+$/

/**
 * Refuses what is no address to send credentials to, or to send a browser to: relative, or absolute with http or https.
 *
 * The value is not repeated in the message: a mistaken address may hold a password.
 *
 * @throws TypeError
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-3.2 (no fragment)
 */
export function assertUrl(value: unknown, where: string): asserts value is string {
  if (typeof value !== 'string' || value === '') {
    throw new TypeError(`${where} is required: a URL, absolute or relative to the API, for example 'token'.`)
  }
  if (!URI.test(value)) {
    throw new TypeError(
      `${where} has a character that no URL holds here: white space, a fragment, or one to percent-encode.`,
    )
  }
  // '/' + '/token' is a slip that would send passwords to the host "token".
  if (value.startsWith('//'))
    throw new TypeError(`${where} starts with //. Write https:// for another host, or one slash.`)
  if (!/^[a-z][a-z\d+.-]*:/i.test(value)) return
  if (!/^https?:\/\/[^/?]/i.test(value) || !URL.canParse(value)) {
    throw new TypeError(`${where} is relative, or absolute with https:// or http://.`)
  }
  const { username, password } = new URL(value)
  if (username !== '' || password !== '') throw new TypeError(`${where} holds credentials, and the document is public.`)
}

/**
 * Refuses what is no text.
 *
 * @throws TypeError
 */
export function assertText(value: unknown, where: string): asserts value is string {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${where} is a text that is not empty.`)
}
