import { PasswordRefusedError } from './errors.ts'

/**
 * Brings a password into the one form that is hashed.
 *
 * NIST SP 800-63B-4 §3.1.1.2 asks for the Normalization Process for Stabilized Strings with NFC (UAX #15 §12.1), and so
 * does RFC 8265 §4.2.2 (OpaqueString). (The edition before asked for NFKC or NFKD, which fold distinct characters.)
 * The process refuses unassigned code points, because a later Unicode could normalise them otherwise.
 *
 * @throws PasswordRefusedError if the password is empty or could not be verified for ever
 */
export function stabilized(password: string): string {
  if (password === '') throw new PasswordRefusedError('the password is empty')
  if (!password.isWellFormed()) throw new PasswordRefusedError('the password is not well-formed Unicode')
  if (/\p{Cn}/u.test(password)) {
    throw new PasswordRefusedError('the password has a character that Unicode has not assigned yet')
  }
  return password.normalize('NFC')
}

/**
 * The spellings under which a stored hash may have been made, most likely first: normalised as here, and, if that is
 * another string, as it was typed, since other systems (Django, PHP, ASP.NET) do not normalise. None if no hash can
 * have been made of it.
 */
export function spellings(password: string): readonly string[] {
  // A lone surrogate becomes U+FFFD in UTF-8: two different passwords would be one.
  if (password === '' || !password.isWellFormed()) return []
  const normalized = password.normalize('NFC')
  return normalized === password ? [normalized] : [normalized, password]
}
