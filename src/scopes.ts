import { HTTPException } from './exceptions.ts'

/** Makes the answer to a credential that lacks a scope. */
export type InsufficientScope = (required: readonly string[]) => HTTPException

const NONE: readonly string[] = Object.freeze([])

/**
 * The scopes that are required at one place: of everything above it, the outermost first, each once.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1
 */
export class RequiredScopes {
  /** The required scopes, the outermost first. */
  readonly scopes: readonly string[]
  readonly #makeError: InsufficientScope

  constructor(scopes: readonly string[], makeError: InsufficientScope = bearerInsufficientScope) {
    this.scopes = scopes.length === 0 ? NONE : Object.freeze([...scopes])
    this.#makeError = makeError
  }

  /** The required scopes joined with a space, as the `scope` of a challenge or a token has them. */
  get scopeStr(): string {
    return this.scopes.join(' ')
  }

  /**
   * Requires that all scopes were granted.
   *
   * @param granted the credential's scopes: a list, or text with spaces between them; undefined grants none.
   * @throws HTTPException 403 `insufficient_scope` with the challenge of the scheme below, naming what is required.
   * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1
   */
  require(granted: string | Iterable<string> | undefined): void {
    if (this.scopes.length === 0) return
    const had = new Set(typeof granted === 'string' ? granted.split(' ') : granted)
    for (const scope of this.scopes) if (!had.has(scope)) throw this.#makeError(this.scopes)
  }
}

/** No scopes at all. */
export const NO_SCOPES: RequiredScopes = new RequiredScopes([])

/** The answer of RFC 6750 §3.1; scope tokens cannot hold quotes or backslashes, which {@link assertScope} sees to. */
export function bearerInsufficientScope(required: readonly string[]): HTTPException {
  return new HTTPException(403, 'Not enough permissions', {
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${required.join(' ')}"` },
  })
}

/**
 * Refuses what is no scope token.
 *
 * @throws TypeError
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-3.3
 */
export function assertScope(scope: unknown, where: string): asserts scope is string {
  if (typeof scope !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) {
    throw new TypeError(
      `${where}: ${JSON.stringify(scope)} is no scope. A scope is printable ASCII without spaces, quotes and backslashes (RFC 6749 §3.3).`,
    )
  }
}
