/**
 * What can verify stored hashes of one form, such as those that another system left behind.
 *
 * @example
 * ```ts
 * import { type HashReader, PasswordHash } from 'sallyport/password'
 *
 * const reader: HashReader = {
 *   identify: (stored) => stored.startsWith('ours:'),
 *   verify: async (password, stored) => (await ourOldServer(password)) === stored.slice('ours:'.length),
 * }
 * const passwordHash = PasswordHash.recommended({ readers: [reader] })
 *
 * declare function ourOldServer(password: string): Promise<string>
 * ```
 */
export interface HashReader {
  /**
   * Says whether the stored string has this reader's form, by its first characters, without parsing all of it.
   *
   * @param stored the stored string
   */
  identify(stored: string): boolean
  /**
   * Says whether the password is the one that the stored string was made of; compares in constant time.
   *
   * @param password the password, well-formed Unicode
   * @param stored a string that `identify` said yes to
   * @throws MalformedHashError if the string breaks the rules of its form
   * @throws HashTooCostlyError if it asks for more work than the limits allow
   */
  verify(password: string, stored: string): Promise<boolean>
}

/**
 * What can make stored hashes as well as verify them.
 *
 * @example
 * ```ts
 * import { Argon2idHasher, type Hasher, PasswordHash } from 'sallyport/password'
 *
 * const hasher: Hasher = new Argon2idHasher({ memory: 47_104, passes: 1 })
 * const passwordHash = new PasswordHash([hasher])
 * ```
 */
export interface Hasher extends HashReader {
  /**
   * Hashes the password with a fresh random salt.
   *
   * @param password the password, well-formed Unicode
   */
  hash(password: string): Promise<string>
  /**
   * Says whether a string that `identify` said yes to is weaker than what `hash` would make now.
   *
   * @param stored the stored string
   */
  needsRehash(stored: string): boolean
}
