/** What {@link HTTPBasic} gives. `console.log` hides the password; JSON does not. */
export interface HTTPBasicCredentials {
  readonly username: string
  readonly password: string
}

/** What {@link HTTPBase}, {@link HTTPBearer} and {@link HTTPDigest} give. `console.log` hides the credentials; JSON does not. */
export interface HTTPAuthorizationCredentials {
  /** The auth-scheme as it was sent: `Bearer`, `bearer`. */
  readonly scheme: string
  /** What stands after it. */
  readonly credentials: string
}

/** What a log must not have. */
const SECRETS: ReadonlySet<string> = new Set(['password', 'credentials', 'client_secret'])

/**
 * Has Node's `console.log` and `util.inspect` print a value, or all values with a prototype, without the secrets.
 *
 * The answer of an operation is JSON, and has them: a `response` schema decides what leaves.
 */
export function hideSecrets<T extends object>(of: T): T {
  return Object.defineProperty(of, Symbol.for('nodejs.util.inspect.custom'), { value: shown })
}

function shown(this: object): object {
  const fields = Object.entries(this).map(([name, value]) => [
    name,
    SECRETS.has(name) && value !== undefined ? '[hidden]' : value,
  ])
  return Object.fromEntries(fields)
}

/** Makes what {@link HTTPBasic} gives. A class, because it costs a tenth of what a property defined on each value does. */
export class BasicCredentials implements HTTPBasicCredentials {
  readonly username: string
  readonly password: string

  constructor(username: string, password: string) {
    this.username = username
    this.password = password
    Object.freeze(this)
  }

  static {
    hideSecrets(BasicCredentials.prototype)
  }
}

/** Makes what {@link HTTPBearer} gives. */
export class AuthorizationCredentials implements HTTPAuthorizationCredentials {
  readonly scheme: string
  readonly credentials: string

  constructor(scheme: string, credentials: string) {
    this.scheme = scheme
    this.credentials = credentials
    Object.freeze(this)
  }

  static {
    hideSecrets(AuthorizationCredentials.prototype)
  }
}
