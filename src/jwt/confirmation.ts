/** What tokens say of the key that they are bound to, where a schema made other claims of theirs. */
let kept: WeakMap<object, unknown> | undefined

/**
 * Remembers `cnf` of a token beside what a schema made of its claims. Most schemas drop claims that they do not name, and a bound
 * token must not become one that anybody may send.
 *
 * @param claims as they stand in the token.
 * @param output what the schema gave.
 */
export function keepConfirmation(claims: object, output: unknown): void {
  if (typeof output !== 'object' || output === null || output === claims) return
  if (Object.hasOwn(claims, 'cnf')) {
    kept ??= new WeakMap()
    kept.set(output, (claims as { readonly cnf?: unknown }).cnf)
  } else kept?.delete(output)
}

/**
 * What a token says of its key: the `cnf` of claims, before a schema changed them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7800.html#section-3.1
 */
export function confirmationOf(claims: object): unknown {
  if (kept?.has(claims)) return kept.get(claims)
  return Object.hasOwn(claims, 'cnf') ? (claims as { readonly cnf?: unknown }).cnf : undefined
}
