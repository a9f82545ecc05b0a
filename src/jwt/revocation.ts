/**
 * Remembers which tokens were revoked before their expiry, by their `jti`.
 *
 * A verifier asks it for every token, warm ones too. Answer at once where you can: only then does a warm token cost no
 * `await`. Throw or reject when you cannot tell; the token is then refused with 503.
 */
export interface RevocationStore {
  /**
   * Whether the token was revoked.
   *
   * @param jti - The token's `jti`; the signature, issuer and times have been checked.
   */
  isRevoked(jti: string): boolean | Promise<boolean>

  /**
   * Revokes a token.
   *
   * @param jti - The token's `jti`.
   * @param exp - The token's `exp` in seconds since the epoch: it need not be remembered for longer than that.
   */
  revoke(jti: string, exp: number): void | Promise<void>
}
