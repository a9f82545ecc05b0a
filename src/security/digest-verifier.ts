import { formatChallenge } from '../headers.ts'
import type { Incoming } from '../incoming.ts'
import type { HTTPAuthorizationCredentials } from './credentials.ts'
import { digestCrypto, digestHex, equalDigests, isDigestHex } from './digest-algorithm.ts'
import { type DigestCredentials, type DigestOffer, readDigestCredentials } from './digest-credentials.ts'
import { NonceStoreError, StaleNonceError } from './digest-errors.ts'
import { Nonces, type OpenedNonce } from './digest-nonce.ts'
import { type DigestSettings, type DigestUser, type DigestVerification, digestSettings } from './digest-options.ts'
import { keepBody } from './kept-body.ts'

/** A user whose response is right, and what the answer's `Authentication-Info` is made of. */
interface Proven<User> {
  readonly user: User
  /** H(A1), or the key of the session. */
  readonly key: string
}

/** Verifies what clients answer to the challenges that it makes. */
export class DigestVerifier<User extends DigestUser> {
  readonly #settings: DigestSettings<User>
  readonly #offer: DigestOffer
  readonly #nonces: Nonces
  /** Verified in place of the H(A1) of somebody who has none. */
  readonly #decoy: string
  readonly #infos = new WeakMap<Incoming, string>()
  readonly #verified = new WeakMap<Incoming, Promise<User | undefined>>()

  /** @throws TypeError for an unfit option, which it names. */
  constructor(realm: string, verify: DigestVerification<User>) {
    const settings = digestSettings(verify)
    const { algorithms, qop, lookupUserhash, secret, nonceLifetime } = settings
    // The same in all processes, and after a restart: all that it has to say is that it came back.
    const opaque = digestHex('SHA-256', `digest opaque\n${realm}`).slice(0, 32)
    this.#settings = settings
    this.#offer = { realm, opaque, algorithms, qop, userhash: lookupUserhash !== undefined }
    this.#nonces = new Nonces(secret, realm, nonceLifetime)
    this.#decoy = digestCrypto().randomBytes(32).toString('hex')
  }

  /**
   * The challenges, one for each algorithm, all with one new nonce.
   *
   * @param stale whether the credentials were right but for their nonce.
   * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.3
   */
  challenges(stale: boolean): readonly string[] {
    const { realm, opaque, algorithms, qop, userhash } = this.#offer
    const nonce = this.#nonces.make(this.#settings.clock())
    return algorithms.map(({ name }) =>
      formatChallenge('Digest', {
        realm,
        domain: this.#settings.domain,
        qop: qop.join(', '),
        algorithm: { token: name },
        nonce,
        opaque,
        charset: { token: 'UTF-8' },
        userhash: userhash ? { token: 'true' } : undefined,
        stale: stale ? { token: 'true' } : undefined,
      }),
    )
  }

  /**
   * Gives the user; undefined for credentials that are refused. Once for a request: a response is good for one use, and an
   * operation may name the scheme under several sets of scopes.
   *
   * @throws StaleNonceError for right credentials with a nonce that cannot be used any more.
   * @throws NonceStoreError where the counts cannot be asked.
   */
  verify({ credentials }: HTTPAuthorizationCredentials, incoming: Incoming): Promise<User | undefined> {
    const verified = this.#verified.get(incoming) ?? this.#verify(credentials, incoming)
    this.#verified.set(incoming, verified)
    return verified
  }

  async #verify(credentials: string, incoming: Incoming): Promise<User | undefined> {
    const given = readDigestCredentials(credentials, this.#offer)
    // RFC 7616 §3.4.6 has 400 for another target, and 401 says the same: this scheme has one refusal.
    if (given === undefined || given.uri !== this.#settings.target(incoming)) return undefined
    const body = given.qop === 'auth-int' ? await keepBody(incoming) : undefined
    const login = (): Promise<User | undefined> => this.#login(given, incoming, body)
    const { throttle } = this.#settings
    return throttle ? throttle.attempt(given.username, incoming.clientAddress, login) : login()
  }

  /** The `Authentication-Info` of the answer to a request that was verified. */
  infoOf(incoming: Incoming): string | undefined {
    return this.#infos.get(incoming)
  }

  async #login(given: DigestCredentials, incoming: Incoming, body: Uint8Array | undefined): Promise<User | undefined> {
    const proven = await this.#prove(given, incoming.method, body)
    if (proven === undefined) return undefined
    const now = this.#settings.clock()
    const nonce = this.#nonces.open(given.nonce, now)
    // Thrown, so that a throttle takes a request that is sent again for no login that succeeded.
    if (nonce === undefined || !(await this.#take(given, nonce, now))) throw new StaleNonceError()
    this.#infos.set(incoming, this.#info(given, nonce, proven.key, now))
    return proven.user
  }

  /** The same work for a user who is unknown, disabled, or has no H(A1) for the algorithm. */
  async #prove(
    given: DigestCredentials,
    method: string,
    body: Uint8Array | undefined,
  ): Promise<Proven<User> | undefined> {
    const { lookup, lookupUserhash, disabled } = this.#settings
    const { hash, session } = given.algorithm
    const find = given.userhash ? (lookupUserhash ?? lookup) : lookup
    const user = (await find(given.username, { realm: this.#offer.realm, hash })) ?? undefined
    const ha1 = user?.ha1?.[hash]
    const known = user !== undefined && isDigestHex(hash, ha1) && !disabled(user)
    const stored = known ? ha1 : this.#decoy.slice(0, given.response.length)
    // RFC 7616 §3.4.2 has the session begin with its first request. Clients make the key with each request's cnonce, as here; one
    // that keeps the first cnonce, too.
    const key = session ? digestHex(hash, `${stored}:${given.nonce}:${given.cnonce}`) : stored
    const right = equalDigests(responseOf(given, key, method, body), given.response)
    return right && known ? { user, key } : undefined
  }

  async #take({ nonce, count }: DigestCredentials, { issued, expires }: OpenedNonce, now: number): Promise<boolean> {
    try {
      return (await this.#settings.nonceCounts.take({ nonce, count, issued, expires, now })) === true
    } catch (cause) {
      throw new NonceStoreError({ cause })
    }
  }

  /** @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.5 */
  #info(given: DigestCredentials, nonce: OpenedNonce, key: string, now: number): string {
    const { qop, cnonce, nc } = given
    // With auth-int it is about the answer's body, which is not made yet; so rspauth, which is optional, is left out.
    const rspauth = qop === 'auth' ? responseOf(given, key, '', undefined) : undefined
    const nextnonce = this.#nonces.isAging(nonce, now) ? this.#nonces.make(now) : undefined
    const info = formatChallenge('Digest', { nextnonce, qop: { token: qop }, rspauth, cnonce, nc: { token: nc } })
    return info.slice('Digest '.length)
  }
}

/** What the client sends in proof. @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.4.1 */
export function responseOf(
  given: DigestCredentials,
  key: string,
  method: string,
  body: Uint8Array | undefined,
): string {
  const { nonce, nc, cnonce, qop, uri } = given
  const { hash } = given.algorithm
  const about = `${method}:${uri}${body === undefined ? '' : `:${digestHex(hash, body)}`}`
  return digestHex(hash, `${key}:${nonce}:${nc}:${cnonce}:${qop}:${digestHex(hash, about)}`)
}
