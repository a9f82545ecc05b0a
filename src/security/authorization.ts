import type { HTTPException } from '../exceptions.ts'
import { AuthorizationCredentials, type HTTPAuthorizationCredentials } from './credentials.ts'

/**
 * The text after an auth-scheme in the value of `Authorization`: empty when there is none, undefined for another auth-scheme.
 *
 * The name ends at the first space and ignores case; blanks around the rest are taken off. A tab does not end the name.
 *
 * @param header the header's value.
 * @param scheme the auth-scheme in lower case.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.4
 */
export function afterScheme(header: string | undefined, scheme: string): string | undefined {
  if (header === undefined || header.length < scheme.length) return undefined
  for (let i = 0; i < scheme.length; i++) {
    const code = header.charCodeAt(i)
    if ((code >= 0x41 && code <= 0x5a ? code | 0x20 : code) !== scheme.charCodeAt(i)) return undefined
  }
  if (header.length === scheme.length) return ''
  if (header.charCodeAt(scheme.length) !== SPACE) return undefined
  let start = scheme.length + 1
  let end = header.length
  while (start < end && isBlank(header.charCodeAt(start))) start++
  while (start < end && isBlank(header.charCodeAt(end - 1))) end--
  return header.slice(start, end)
}

const SPACE = 0x20
const TAB = 0x09

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** Printable ASCII, spaces included. An expression, because it reads a token in a quarter of the time of a loop over it. */
const PRINTABLE = /^[\x20-\x7e]+$/

/** RFC 9110 §5.5: tabs and bytes above ASCII, which a quoted string may have, but no other control characters. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\uffff]+$/

/** Who makes the answer to broken credentials. */
interface Refuses {
  makeNotAuthenticatedError(): HTTPException
}

/**
 * The bearer token in a value of `Authorization`: all printable ASCII after `Bearer`, as FastAPI reads it; undefined when there
 * is none.
 *
 * RFC 6750 §2.1 allows less (no spaces, for one); whoever verifies the token refuses those.
 *
 * @throws HTTPException the scheme's 401 for `Bearer` with nothing after it, and for other characters.
 */
export function bearerToken(header: string | undefined, scheme: Refuses): string | undefined {
  const token = afterScheme(header, 'bearer')
  if (token === undefined) return undefined
  if (!PRINTABLE.test(token)) throw scheme.makeNotAuthenticatedError()
  return token
}

/**
 * The auth-scheme as it was sent, and what stands after it; undefined for another auth-scheme.
 *
 * @throws HTTPException the scheme's 401 for nothing after it, and for control characters.
 */
export function credentialsOf(
  header: string | undefined,
  name: string,
  scheme: Refuses,
): HTTPAuthorizationCredentials | undefined {
  const credentials = afterScheme(header, name)
  if (header === undefined || credentials === undefined) return undefined
  if (!FIELD_VALUE.test(credentials)) throw scheme.makeNotAuthenticatedError()
  return new AuthorizationCredentials(header.slice(0, name.length), credentials)
}

/**
 * The whole value of `Authorization`, whatever its auth-scheme is; undefined when there is none.
 *
 * @throws HTTPException the scheme's 401 for control characters.
 */
export function wholeAuthorization(header: string | undefined, scheme: Refuses): string | undefined {
  if (header === undefined || header === '') return undefined
  if (!FIELD_VALUE.test(header)) throw scheme.makeNotAuthenticatedError()
  return header
}
