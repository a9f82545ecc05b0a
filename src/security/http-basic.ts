import { HTTPException } from '../exceptions.ts'
import { credentialsAfter } from '../headers.ts'
import type { Incoming } from '../incoming.ts'
import { type BasicVerification, BasicVerifier, type SomeBasicUser } from './basic-verifier.ts'
import { basicChallenge } from './challenge.ts'
import { CredentialScheme, type InvalidCredentials } from './credential-scheme.ts'
import { BasicCredentials, type HTTPBasicCredentials } from './credentials.ts'
import { freezeScheme } from './freeze-scheme.ts'
import { checkOptions } from './options.ts'
import { SCHEME_OPTIONS, type SecuritySchemeOptions } from './scheme.ts'
import type { VerifierFunction } from './verifier.ts'

/** Options of {@link HTTPBasic}. */
export interface HTTPBasicOptions<
  Scope extends string = never,
  AutoError extends boolean = true,
  User = HTTPBasicCredentials,
> extends SecuritySchemeOptions<Scope, AutoError> {
  /**
   * The protection space: browsers show it, and remember the password for it; default: none is named. Printable ASCII. Needed with
   * `verify`.
   */
  readonly realm?: string | undefined
  /**
   * `UTF-8` says in the challenge that names and passwords are read as UTF-8, which they are in any case; default: not said, but
   * with `verify`.
   */
  readonly charset?: 'UTF-8' | undefined
  /**
   * Where users are found and what checks their passwords, or a function that gives a principal of your own; undefined, null or false
   * refuses with 401. The scheme then gives the user, and checks the required scopes itself. Default: it gives name and password.
   */
  readonly verify?: BasicVerification<User & SomeBasicUser> | VerifierFunction<HTTPBasicCredentials, User>
}

/**
 * A user name and a password in `Authorization`. With `verify` it gives the user; without, it gives both, unverified.
 *
 * Read strictly: base64 with its padding, UTF-8, no control characters, a colon; the first colon ends the name. Name and
 * password may be empty. Neither is normalised here: `sallyport/password` brings passwords into NFC, names compare in NFC (RFC 8265)
 * where users type them on different systems.
 *
 * @throws TypeError for an unfit option. A request without `Basic`, and whatever follows it that cannot be read or is refused, is
 * answered with 401 and the challenge `Basic`, with the realm when there is one.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { LoginThrottle, PasswordHash } from 'sallyport/password'
 * import { HTTPBasic } from 'sallyport/security'
 *
 * const passwordHash = PasswordHash.recommended()
 * const users = new Map([['alice', { name: 'alice', hashedPassword: await passwordHash.hash('secret') }]])
 * const basic = new HTTPBasic({
 *   realm: 'Accounts',
 *   verify: { lookup: (name) => users.get(name), passwordHash, throttle: new LoginThrottle(), remember: '1m' },
 * })
 * new App().get('/users/me', { params: { user: basic } }, ({ user }) => ({ name: user.name }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc7617.html#section-2
 */
export class HTTPBasic<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  User = HTTPBasicCredentials,
> extends CredentialScheme<HTTPBasicCredentials, Scope, AutoError, User> {
  readonly #challenge: string

  constructor(options: HTTPBasicOptions<Scope, AutoError, User> = {}) {
    const known = ['realm', 'charset', 'verify', ...SCHEME_OPTIONS]
    const { realm, charset, verify, ...rest } = checkOptions(options, known, 'HTTPBasic')
    if (realm !== undefined && (typeof realm !== 'string' || !/^[\x20-\x7e]+$/.test(realm))) {
      throw new TypeError('HTTPBasic: realm is printable ASCII, and not empty.')
    }
    if (charset !== undefined && charset !== 'UTF-8')
      throw new TypeError("HTTPBasic: charset is 'UTF-8' (RFC 7617 §2.1).")
    const verifies = Object.hasOwn(options, 'verify')
    super(rest, { type: 'http', scheme: 'basic' }, verifies ? verifierOf(realm, verify) : undefined)
    this.#challenge = basicChallenge(realm, verifies ? 'UTF-8' : charset)
    if (new.target === HTTPBasic) freezeScheme(this)
  }

  override makeAuthenticateHeaders(): Readonly<Record<string, string>> {
    return { 'www-authenticate': this.#challenge }
  }

  protected override get refusesAlike(): boolean {
    return true
  }

  /** The answer to credentials that are broken or refused: 401 with the same challenge; RFC 7617 has no error codes. */
  override makeInvalidCredentialsError({ cause }: InvalidCredentials = {}): HTTPException {
    if (!this.verifiesScopes) return super.makeInvalidCredentialsError()
    return new HTTPException(401, 'Could not validate credentials', {
      headers: this.makeAuthenticateHeaders(),
      ...(cause === undefined ? {} : { cause }),
    })
  }

  override readCredentials(incoming: Incoming): HTTPBasicCredentials | undefined {
    const encoded = credentialsAfter(incoming.header('authorization'), 'basic')
    if (encoded === undefined) return undefined
    const text = decode(encoded)
    const colon = text === undefined ? -1 : text.indexOf(':')
    if (text === undefined || colon === -1) throw this.makeInvalidCredentialsError()
    return new BasicCredentials(text.slice(0, colon), text.slice(colon + 1))
  }
}

function verifierOf<User>(
  realm: string | undefined,
  verify: BasicVerification<User & SomeBasicUser> | VerifierFunction<HTTPBasicCredentials, User> | undefined,
): VerifierFunction<HTTPBasicCredentials, User> {
  if (typeof verify !== 'function' && (typeof verify !== 'object' || verify === null)) {
    throw new TypeError(
      `HTTPBasic: verify is an object with lookup and passwordHash, or a function. ${
        verify === undefined ? 'It is undefined, and then nobody would be checked: leave the option out for that.' : ''
      }`.trimEnd(),
    )
  }
  if (realm === undefined) {
    throw new TypeError('HTTPBasic: verify needs realm: browsers ask for the password of a realm (RFC 7617 §2).')
  }
  if (typeof verify === 'function') return verify
  const verifier = new BasicVerifier(verify)
  return (credentials, incoming) => verifier.verify(credentials, incoming)
}

/** As many characters as Node takes for all headers together. */
const LONGEST = 16_384

/** The text in base64, or undefined: for what RFC 4648 §4 does not write, no UTF-8, and control characters. */
function decode(encoded: string): string | undefined {
  if (encoded.length > LONGEST || !isBase64(encoded)) return undefined
  const binary = atob(encoded)
  let ascii = true
  for (let i = 0; i < binary.length; i++) {
    const code = binary.charCodeAt(i)
    if (code < 0x20 || code === 0x7f) return undefined // RFC 7617 §2
    if (code > 0x7f) ascii = false
  }
  if (ascii) return binary
  let text: string
  try {
    text = UTF8.decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
  return /\p{Cc}/u.test(text) ? undefined : text
}

// A byte order mark stays: two spellings of one name would be two credentials for one account.
const UTF8: TextDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Whether text is base64 with its padding and without stray bits: the one spelling that its bytes have. */
function isBase64(text: string): boolean {
  if (text.length === 0 || text.length % 4 !== 0) return false
  let end = text.length
  if (text.charCodeAt(end - 1) === EQUALS) end--
  if (end !== text.length && text.charCodeAt(end - 1) === EQUALS) end--
  let value = 0
  for (let i = 0; i < end; i++) {
    value = sextet(text.charCodeAt(i))
    if (value === -1) return false
  }
  const padding = text.length - end
  return padding === 0 || (value & (padding === 1 ? 0b11 : 0b1111)) === 0
}

const EQUALS = 0x3d

function sextet(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code - 0x41
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 26
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 52
  return code === 0x2b ? 62 : code === 0x2f ? 63 : -1
}
