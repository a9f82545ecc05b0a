import { fromBase64NoPad, toBase64NoPad } from './binary-text.ts'
import { type CostLimits, withinLimit } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'

/** The three types of Argon2, RFC 9106 §1: only `id` is used for new hashes. */
export type Argon2Variant = 'argon2id' | 'argon2i' | 'argon2d'

/** Everything but the password that goes into a tag, named as in RFC 9106 §3.1. */
export interface Argon2Parameters {
  readonly variant: Argon2Variant
  /** 19 (0x13), or 16 (0x10) for hashes from before 2016. */
  readonly version: 19 | 16
  /** Memory size, in KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Uint8Array
  /** Length of the tag, in bytes. */
  readonly tagLength: number
}

/** A stored Argon2 hash, taken apart. */
export interface Argon2Hash extends Argon2Parameters {
  readonly tag: Uint8Array
  readonly encoded: string
}

const integer = '(0|[1-9][0-9]{0,9})'
// The reference implementation's grammar; keyid and data are of no use without an agreed key, so they are refused.
const grammar = new RegExp(
  `^\\$(argon2id|argon2i|argon2d)(?:\\$v=(16|19))?\\$m=${integer},t=${integer},p=${integer}\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{16,86})$`,
)

/** Says whether a string starts as an Argon2 PHC string does. */
export function isArgon2(stored: string): boolean {
  return /^\$argon2(?:id|i|d)\$/.test(stored)
}

/**
 * Takes an Argon2 PHC string apart.
 *
 * @see https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
 * @see https://www.rfc-editor.org/rfc/rfc9106.html#section-3.1
 */
export function parseArgon2(encoded: string, limits: CostLimits): Argon2Hash {
  const found = grammar.exec(encoded)
  if (!found) throw new MalformedHashError('argon2')
  const [, variant, version = '16', m, t, p, saltText = '', tagText = ''] = found
  const memory = Number(m)
  const passes = Number(t)
  const parallelism = Number(p)
  const salt = fromBase64NoPad(saltText)
  const tag = fromBase64NoPad(tagText)
  // RFC 9106 §3.1: p from 1, m from 8·p, t from 1. The PHC specification: salt from 8 bytes, tag from 12 bytes.
  if (parallelism < 1 || passes < 1 || memory < 8 * parallelism) {
    throw new MalformedHashError('argon2', 'its parameters are out of range')
  }
  if (!salt || !tag || salt.length < 8 || salt.length > 64 || tag.length < 12 || tag.length > 64) {
    throw new MalformedHashError('argon2', 'its salt or tag is not valid base64 of a valid length')
  }
  withinLimit('argon2', limits, 'argon2Memory', memory)
  withinLimit('argon2', limits, 'argon2Passes', passes)
  withinLimit('argon2', limits, 'argon2Parallelism', parallelism)
  return {
    variant: variant as Argon2Variant,
    version: version === '19' ? 19 : 16,
    memory,
    passes,
    parallelism,
    salt,
    tag,
    tagLength: tag.length,
    encoded,
  }
}

/** Writes an Argon2 PHC string. */
export function formatArgon2(parameters: Argon2Parameters, tag: Uint8Array): string {
  const { variant, version, memory, passes, parallelism, salt } = parameters
  return `$${variant}$v=${version}$m=${memory},t=${passes},p=${parallelism}$${toBase64NoPad(salt)}$${toBase64NoPad(tag)}`
}
