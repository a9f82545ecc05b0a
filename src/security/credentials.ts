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

/**
 * Freezes a value and lets Node's `console.log` and `util.inspect` print it without its secrets.
 *
 * The answer of an operation is JSON, and shows them: a `response` schema decides what leaves.
 */
export function hiding<T extends object>(value: T, ...secret: readonly (keyof T & string)[]): Readonly<T> {
  Object.defineProperty(value, Symbol.for('nodejs.util.inspect.custom'), {
    value: (): object => ({ ...value, ...Object.fromEntries(secret.map((name) => [name, '[hidden]'])) }),
  })
  return Object.freeze(value)
}
