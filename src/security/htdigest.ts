import { digestUserhash, isDigestHex } from './digest-algorithm.ts'
import type { DigestUser } from './digest-options.ts'

/** A user of a file of Apache's `htdigest`. */
export interface HtdigestUser extends DigestUser {
  /** The user's name. */
  readonly username: string
  readonly ha1: { readonly MD5: string }
}

type HtdigestLookup = (name: string, sought: { readonly realm: string }) => HtdigestUser | undefined

/**
 * The users in a file that Apache's `htdigest` has made: a line `name:realm:hash` each, with MD5, which must be named in
 * `algorithms`. One file may have several realms; a scheme finds the users of its own.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { Htdigest, HTTPDigest } from 'sallyport/security'
 *
 * const { lookup } = new Htdigest(readFileSync('users.htdigest', 'utf8'))
 * export const digest = new HTTPDigest({ realm: 'Devices', verify: { lookup, algorithms: ['MD5'] } })
 * ```
 * @see https://httpd.apache.org/docs/2.4/programs/htdigest.html
 */
export class Htdigest {
  readonly #users = new Map<string, HtdigestUser>()
  readonly #hashed = new Map<string, HtdigestUser>()

  /**
   * @param text what stands in the file. Empty lines, and lines that begin with `#`, say nothing.
   * @throws TypeError for a line that is none, and for a user who stands twice in a realm. It has the number of the line, never its text.
   */
  constructor(text: string) {
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() === '' || line.startsWith('#')) continue
      const where = `Htdigest: line ${index + 1}`
      // Neither name nor realm has a colon: htdigest refuses them.
      const [, username = '', realm = '', digits = ''] = /^([^:]+):([^:]+):([\da-fA-F]+)$/.exec(line) ?? []
      const hash = digits.toLowerCase()
      if (!isDigestHex('MD5', hash)) throw new TypeError(`${where} is not name:realm:hash, with 32 hexadecimal digits.`)
      const key = `${username}:${realm}`
      if (this.#users.has(key)) throw new TypeError(`${where} has a user of its realm for the second time.`)
      const user: HtdigestUser = Object.freeze({ username, ha1: Object.freeze({ MD5: hash }) })
      this.#users.set(key, user)
      this.#hashed.set(`${digestUserhash(username, realm, 'MD5')}:${realm}`, user)
    }
  }

  /** How many users the file has, in all realms. */
  get size(): number {
    return this.#users.size
  }

  /** Finds a user; for `verify.lookup` of {@link HTTPDigest}. It may be handed on as it is. */
  readonly lookup: HtdigestLookup = (username, { realm }) => this.#users.get(`${username}:${realm}`)

  /** Finds the user of a name's hash; for `verify.lookupUserhash`. */
  readonly lookupUserhash: HtdigestLookup = (hash, { realm }) => this.#hashed.get(`${hash}:${realm}`)
}
