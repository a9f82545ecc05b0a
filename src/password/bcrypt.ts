import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import { type CostLimits, withinLimit } from './cost-limits.ts'
import { HasherUnavailableError, MalformedHashError } from './errors.ts'

/** What we use of the engine. Its first major takes a new hash's cost and salt in order, its second by name. */
interface Bcrypt {
  readonly hash: (password: string, ...how: [cost: number, salt: Uint8Array] | [SaltOptions]) => Promise<string>
  readonly verify: (password: Uint8Array, stored: string) => Promise<boolean>
}

interface SaltOptions {
  readonly cost: number
  readonly salt: Uint8Array
}

/** How many bytes of a password bcrypt looks at. */
export const bcryptBytes = 72

// $2x$ is left out on purpose: it marks hashes of an implementation with a fault, which verify only with that fault.
const grammar = /^\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$([./A-Za-z0-9]{21})([./A-Za-z0-9])([./A-Za-z0-9]{31})$/
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Says whether a string starts as a bcrypt hash does. */
export function isBcrypt(stored: string): boolean {
  return /^\$2[aby]\$/.test(stored)
}

/** Gives the cost of a bcrypt hash. */
export function bcryptCost(stored: string, limits: CostLimits): number {
  const found = grammar.exec(stored)
  if (!found) throw new MalformedHashError('bcrypt')
  const cost = Number(found[1])
  withinLimit('bcrypt', limits, 'bcryptCost', cost)
  return cost
}

/**
 * Verifies against a bcrypt hash, as OpenBSD, PHP, Ruby and Python make them (`$2a$`, `$2b$`, `$2y$`).
 *
 * Of a password over 72 bytes the first 72 count, as they did when the hash was made.
 */
export async function verifyBcrypt(password: string, stored: string, limits: CostLimits): Promise<boolean> {
  bcryptCost(stored, limits)
  const { verify } = await bcryptEngine()
  const valid = await verify(Buffer.from(password, 'utf8'), canonical(stored))
  // The key is repeated with its final NUL, so "a" and "a\0a" are one key. The work above was done all the same.
  return valid && !password.includes('\0')
}

/** Makes a bcrypt hash (`$2b$`) with a salt of 16 bytes. */
export async function hashBcrypt(password: string, cost: number, salt: Uint8Array): Promise<string> {
  const engine = await bcryptEngine()
  // Only the second major has parseOptions. The first writes PHP's prefix, which marks the same computation as $2b$.
  if ('parseOptions' in engine) return engine.hash(password, { cost, salt })
  return (await engine.hash(password, cost, salt)).replace(/^\$2y\$/, () => '$2b$')
}

/** Writes a salt as bcrypt does: base64 in an order of characters of its own. */
export function bcryptSalt(salt: Uint8Array): string {
  const text = Buffer.from(salt).toString('base64').replaceAll('=', '')
  return text.replace(/./g, (character) => alphabet[base64.indexOf(character)] as string)
}

/** Loads the engine. */
async function bcryptEngine(): Promise<Bcrypt> {
  let loaded: Bcrypt | { default: Bcrypt }
  try {
    // Whose types are those of one major only.
    loaded = (await import('@node-rs/bcrypt')) as unknown as Bcrypt | { default: Bcrypt }
  } catch (cause) {
    throw new HasherUnavailableError('bcrypt', 'run: npm install @node-rs/bcrypt', { cause })
  }
  // Where a bundler makes an ES module of a CommonJS one, the names may only be on its default.
  return 'verify' in loaded ? loaded : loaded.default
}

/**
 * What passlib's bcrypt_sha256 (version 2) gives to bcrypt: of any length, without NUL, bound to the salt.
 *
 * @see https://passlib.readthedocs.io/en/stable/lib/passlib.hash.bcrypt_sha256.html#algorithm
 */
export function bcryptSha256Key(password: string, salt: string): string {
  return createHmac('sha256', salt).update(password, 'utf8').digest('base64')
}

// 22 characters are 132 bits for 128 bits of salt: some old libraries left rubbish in the last four, which no
// implementation looks at, but a strict one refuses.
function canonical(stored: string): string {
  return stored.replace(grammar, (whole, _cost, _salt, last: string) => {
    const clean = alphabet[alphabet.indexOf(last) & 0b110000] as string
    return whole.slice(0, 28) + clean + whole.slice(29)
  })
}
