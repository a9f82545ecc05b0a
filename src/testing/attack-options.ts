import { assertOptions } from '../params.ts'

/** A credential as it goes into a request: the value at the scheme's place, or headers, query and cookies as they are. */
export type Credential =
  | string
  | {
      readonly headers?: Readonly<Record<string, string>>
      readonly query?: Readonly<Record<string, string>>
      readonly cookies?: Readonly<Record<string, string>>
      /** The client's certificate as PEM text: the app is told of it as of one that TLS has accepted. */
      readonly certificate?: string
    }

/** What a credential is made for. */
export interface CredentialContext {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** The challenge that the same request was answered with when it had no credentials; empty where there was none. */
  readonly challenge: string
}

/** What of a token is made wrong. */
export interface TokenChanges {
  /** Claims to put over those of a valid token; undefined takes one away. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Header parameters to put over those of a valid token. */
  readonly header: Readonly<Record<string, unknown>>
}

/** How the credentials of a scheme are made. */
export interface SchemeCredentials {
  /**
   * Gives a credential that every operation accepts, with all scopes. As text it is what stands at the scheme's place: the token, the
   * key, `name:password` for Basic, the certificate for mutual TLS, otherwise what follows the auth-scheme.
   */
  readonly valid?: (context: CredentialContext) => Credential | Promise<Credential>
  /** Gives a credential with these scopes and no others. */
  readonly withScopes?: (
    scopes: readonly string[],
    context: CredentialContext,
  ) => Credential | undefined | Promise<Credential | undefined>
  /**
   * Gives a token that is signed with the real key and has something wrong in it, or undefined where the app does not look at that:
   * then it is reported as skipped.
   */
  readonly mint?: (changes: TokenChanges) => Credential | undefined | Promise<Credential | undefined>
  /** The public key that tokens are verified with, as PEM text: tokens are then signed with it as if it were a secret. */
  readonly publicKey?: string
  /** Whether a credential is good for one request, as with Digest and DPoP; default: by the scheme. */
  readonly once?: boolean
  /** Says that nobody verifies these credentials: only absent and broken ones are sent then. Default: they must be verified. */
  readonly unverified?: boolean
}

/** What a request to an operation is made of, where the sample that its schemas give is not good enough. */
export interface OperationSample {
  /** Values of the names between the braces. */
  readonly path?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, string | number>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, or as it is when it is text. */
  readonly body?: unknown
}

/** Options of `attack`. */
export interface AttackOptions {
  /** How credentials are made, by the name of the scheme; without them what needs some is reported as skipped. */
  readonly credentials?: Readonly<Record<string, SchemeCredentials>>
  /** Texts that no answer may hold: keys, hashes, secrets of the test data. */
  readonly canaries?: readonly string[]
  /**
   * The operations that anybody may call, such as `POST /register`; every other one that is open is then a hole. Default: those that
   * change something beside secured ones, and those that share a path with a secured one, are holes, unless they say `public: true`.
   */
  readonly open?: readonly string[]
  /** Samples of requests, by the operation's method and path, such as `GET /items/{id}`. */
  readonly samples?: Readonly<Record<string, OperationSample>>
  /** Gives what must not change while requests are refused, compared as JSON: the number of rows, of mails. */
  readonly state?: () => unknown
  /**
   * Operations to leave alone, by method and path, such as those that log out everybody, and prefixes at which functions are mounted;
   * reported as skipped.
   */
  readonly skip?: readonly string[]
  /**
   * Where the same app is served by this very process over plain HTTP, such as the `url` of what `serve` gives: requests then go over a
   * connection, byte for byte, through the server. Default: they are handed to the app in process.
   */
  readonly url?: string
  /** How long an answer may take, in milliseconds; 10 000. */
  readonly timeout?: number
}

const OPTIONS = ['credentials', 'canaries', 'open', 'samples', 'state', 'skip', 'url', 'timeout']
const SCHEME_OPTIONS = ['valid', 'withScopes', 'mint', 'publicKey', 'once', 'unverified']

/**
 * Refuses options that cannot be meant.
 *
 * @throws TypeError that names the option.
 */
export function assertAttackOptions(options: AttackOptions): void {
  assertOptions(options, OPTIONS, 'attack()')
  for (const name of ['canaries', 'open', 'skip'] as const) {
    const list: unknown = options[name] ?? []
    if (!Array.isArray(list) || !list.every((text) => typeof text === 'string' && text !== ''))
      throw new TypeError(`attack(): ${name} is a list of texts that are not empty.`)
  }
  for (const [scheme, given] of Object.entries(options.credentials ?? {})) {
    const where = `attack(): credentials.${scheme}`
    assertOptions(given, SCHEME_OPTIONS, where)
    for (const name of ['valid', 'withScopes', 'mint'] as const) {
      if (given[name] !== undefined && typeof given[name] !== 'function')
        throw new TypeError(`${where}: ${name} is a function that gives a credential.`)
    }
  }
  const { timeout = 10_000, state, url } = options
  if (url !== undefined && !(typeof url === 'string' && /^http:\/\/[^/?#]+\/?$/.test(url)))
    throw new TypeError("attack(): url is where the app is served over plain HTTP, such as 'http://127.0.0.1:8000'.")
  if (!Number.isInteger(timeout) || timeout < 1)
    throw new TypeError('attack(): timeout is a whole number of milliseconds.')
  if (state !== undefined && typeof state !== 'function')
    throw new TypeError('attack(): state is a function that gives what must not change.')
}
