import { Buffer } from 'node:buffer'
import { createHash, type Hash } from 'node:crypto'
import { sameBytes } from './binary-text.ts'
import { type CostLimits, withinLimit } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'

type Digest = 'sha256' | 'sha512'

const grammar = /^\$([56])\$(?:rounds=([1-9][0-9]{3,8})\$)?([^$:\n]{0,16})\$([./0-9A-Za-z]+)$/
const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

// In which order the bytes of the digest are written, three by three; -1 is no byte.
const order: Readonly<Record<Digest, readonly number[]>> = {
  sha256: [
    0, 10, 20, 21, 1, 11, 12, 22, 2, 3, 13, 23, 24, 4, 14, 15, 25, 5, 6, 16, 26, 27, 7, 17, 18, 28, 8, 9, 19, 29, -1,
    31, 30,
  ],
  sha512: [
    0, 21, 42, 22, 43, 1, 44, 2, 23, 3, 24, 45, 25, 46, 4, 47, 5, 26, 6, 27, 48, 28, 49, 7, 50, 8, 29, 9, 30, 51, 31,
    52, 10, 53, 11, 32, 12, 33, 54, 34, 55, 13, 56, 14, 35, 15, 36, 57, 37, 58, 16, 59, 17, 38, 18, 39, 60, 40, 61, 19,
    62, 20, 41, -1, -1, 63,
  ],
}

/**
 * Verifies against crypt(3)'s SHA-256 (`$5$`) and SHA-512 (`$6$`) forms.
 *
 * The rounds run on the event loop, some at a time: no engine has them.
 *
 * @see https://www.akkadia.org/drepper/SHA-crypt.txt
 */
export async function verifyShaCrypt(password: string, stored: string, limits: CostLimits): Promise<boolean> {
  const found = grammar.exec(stored)
  if (!found) throw new MalformedHashError('sha-crypt')
  const [, id, rounds = '5000', salt = '', checksum = ''] = found
  withinLimit('sha-crypt', limits, 'shaCryptRounds', Number(rounds))
  const digest: Digest = id === '5' ? 'sha256' : 'sha512'
  const computed = write(digest, await shaCrypt(digest, Buffer.from(password), Buffer.from(salt), Number(rounds)))
  return sameBytes(Buffer.from(computed), Buffer.from(checksum))
}

async function shaCrypt(digest: Digest, key: Buffer, salt: Buffer, rounds: number): Promise<Buffer> {
  const hash = (): Hash => createHash(digest)
  // The numbers are the steps of the specification.
  const b = hash().update(key).update(salt).update(key).digest() // 4-8
  const a = hash().update(key).update(salt).update(repeated(b, key.length)) // 1-3, 9-10
  for (let bits = key.length; bits > 0; bits >>= 1) a.update(bits & 1 ? b : key) // 11
  let state = a.digest() // 12
  const dp = hash() // 13
  for (let i = 0; i < key.length; i++) dp.update(key) // 14
  const p = repeated(dp.digest(), key.length) // 15-16
  const ds = hash() // 17
  for (let i = 0; i < 16 + (state[0] as number); i++) ds.update(salt) // 18
  const s = repeated(ds.digest(), salt.length) // 19-20
  for (let round = 0; round < rounds; round++) {
    // 21
    const odd = round % 2 === 1
    const c = hash().update(odd ? p : state)
    if (round % 3 !== 0) c.update(s)
    if (round % 7 !== 0) c.update(p)
    state = c.update(odd ? state : p).digest()
    // About a millisecond of work, then whoever else waits.
    if (round % 250 === 249) await new Promise((resolve) => setImmediate(resolve))
  }
  return state
}

function repeated(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes)
}

function write(digest: Digest, bytes: Buffer): string {
  const places = order[digest]
  let text = ''
  for (let i = 0; i < places.length; i += 3) {
    const [first, second, third] = places.slice(i, i + 3).map((place) => bytes[place] ?? 0) as [number, number, number]
    let value = (first << 16) | (second << 8) | third
    const missing = places.slice(i, i + 3).filter((place) => place < 0).length
    for (let left = 4 - missing; left > 0; left--) {
      text += alphabet[value & 63]
      value >>= 6
    }
  }
  return text
}
