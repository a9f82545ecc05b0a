import type { Incoming } from '../incoming.ts'
import { type Duration, toSeconds } from '../jwt/duration.ts'
import {
  type AlgorithmRow,
  algorithmRows,
  type DigestAlgorithm,
  type DigestHash,
  digestCrypto,
} from './digest-algorithm.ts'
import type { DigestQop } from './digest-credentials.ts'
import { assertThrottle, type LoginAttempts } from './login-attempts.ts'
import { MemoryNonceCountStore, type NonceCountStore } from './nonce-count-store.ts'
import { checkOptions } from './options.ts'

/** What a scheme must know of a user; the user's own type is given back. */
export interface DigestUser {
  /** H(A1) by hash function, as {@link digestHA1} makes it for the scheme's realm. */
  readonly ha1: Readonly<Partial<Record<DigestHash, string>>>
  /** True: refused as a wrong password is. */
  readonly disabled?: boolean | null | undefined
}

/** The same, and yet another type: the compiler infers nothing for `User` in `User & DigestUser` from a look-up of `DigestUser`. */
export interface SomeDigestUser extends DigestUser {
  readonly '~digest'?: never
}

/** What a user is looked up for. */
export interface DigestSought {
  /** The scheme's realm. */
  readonly realm: string
  /** The hash function that the client has chosen: H(A1) is needed for it. */
  readonly hash: DigestHash
}

/** Finds a user of a name, or of a name's hash; now or later. */
export type DigestLookup<User> = (
  name: string,
  sought: DigestSought,
) => User | null | undefined | Promise<User | null | undefined>

/** How {@link HTTPDigest} verifies. */
export interface DigestVerification<User extends DigestUser = DigestUser> {
  /** Finds the user of a name. What it gives is the principal; its `scopes` are checked where some are required. */
  readonly lookup: DigestLookup<User>
  /**
   * Finds the user of a name's hash, as {@link digestUserhash} makes it, so that no name is sent in plain; default: names are sent.
   * With it the challenge says `userhash=true`. Clients that do not know it send the name.
   */
  readonly lookupUserhash?: DigestLookup<User> | undefined
  /**
   * The algorithms that are offered, a challenge for each, MD5 last; `['SHA-256']`. MD5 is for clients that know nothing else and for
   * Apache's files: it is broken, so name it only where there is TLS as well.
   * Some clients take the last challenge that they know where a middleware has put all in one line, curl 7.88 for one.
   */
  readonly algorithms?: readonly DigestAlgorithm[] | undefined
  /**
   * What a client's hash may be about; `['auth']`. For `auth-int` the body is read, up to `limits.body`, before anybody knows who sent it.
   */
  readonly qop?: readonly DigestQop[] | undefined
  /** How long a nonce is good, in seconds or as `'5m'`; 5 minutes. After that, clients get another one without asking the user. */
  readonly nonceLifetime?: Duration | undefined
  /**
   * Signs nonces: at least 32 bytes, the same in all processes that serve the realm; needs `nonceCounts` that they share. Default: one
   * for this process, made when it starts.
   */
  readonly secret?: string | Uint8Array | undefined
  /** Remembers what was used of each nonce; default: a {@link MemoryNonceCountStore}. */
  readonly nonceCounts?: NonceCountStore | undefined
  /** Slows down guessing: a `LoginThrottle` of `sallyport/password`; default: nothing does. H(A1) is fast to guess at. */
  readonly throttle?: LoginAttempts | undefined
  /** Says which users may not log in; by default those with `disabled: true`. */
  readonly disabled?: ((user: User) => boolean) | undefined
  /** The URIs for which the client may send the same credentials, for the challenge; default: all of the server. */
  readonly domain?: readonly string[] | undefined
  /**
   * The request target that a client signs; default: root path, path and query. Needed behind a proxy that rewrites paths otherwise
   * than by taking off the root path.
   */
  readonly target?: ((incoming: Incoming) => string) | undefined
  /** Tells the time in milliseconds since 1970; `Date.now`. */
  readonly clock?: (() => number) | undefined
}

const OPTIONS = [
  'lookup',
  'lookupUserhash',
  'algorithms',
  'qop',
  'nonceLifetime',
  'secret',
  'nonceCounts',
  'throttle',
  'disabled',
  'domain',
  'target',
  'clock',
]

/** {@link DigestVerification} with all that was left out. */
export interface DigestSettings<User extends DigestUser> {
  readonly lookup: DigestLookup<User>
  readonly lookupUserhash: DigestLookup<User> | undefined
  readonly algorithms: readonly AlgorithmRow[]
  readonly qop: readonly DigestQop[]
  readonly nonceLifetime: number
  readonly secret: Uint8Array
  readonly nonceCounts: NonceCountStore
  readonly throttle: LoginAttempts | undefined
  readonly disabled: (user: User) => boolean
  readonly domain: string | undefined
  readonly target: (incoming: Incoming) => string
  readonly clock: () => number
}

/**
 * Reads the option `verify` of {@link HTTPDigest}.
 *
 * @throws TypeError which names the option.
 */
export function digestSettings<User extends DigestUser>(verify: DigestVerification<User>): DigestSettings<User> {
  const where = 'HTTPDigest: verify'
  const given = checkOptions(verify, OPTIONS, where)
  const { clock = () => Date.now(), disabled = ({ disabled }) => disabled === true, target = targetOf } = given
  for (const [name, value] of Object.entries({ lookup: given.lookup, disabled, target, clock })) {
    if (typeof value !== 'function') throw new TypeError(`${where}.${name} is a function.`)
  }
  if (given.lookupUserhash !== undefined && typeof given.lookupUserhash !== 'function') {
    throw new TypeError(`${where}.lookupUserhash is a function that finds the user of a hash.`)
  }
  assertThrottle(given.throttle, `${where}.throttle`)
  return {
    lookup: given.lookup,
    lookupUserhash: given.lookupUserhash,
    algorithms: algorithmRows(given.algorithms ?? ['SHA-256'], `${where}.algorithms`),
    qop: qopOf(given.qop ?? ['auth'], `${where}.qop`),
    nonceLifetime: 1000 * toSeconds(`${where}.nonceLifetime`, given.nonceLifetime ?? 300, 1),
    secret: secretOf(given, where),
    nonceCounts: countsOf(given.nonceCounts, clock, `${where}.nonceCounts`),
    throttle: given.throttle,
    disabled,
    domain: domainOf(given.domain, `${where}.domain`),
    target,
    clock,
  }
}

function targetOf({ rootPath, path, search }: Incoming): string {
  return search === '' ? rootPath + path : `${rootPath}${path}?${search}`
}

function qopOf(qop: unknown, where: string): readonly DigestQop[] {
  const valid = Array.isArray(qop) && qop.length > 0 && new Set(qop).size === qop.length
  if (!valid || !qop.every((one) => one === 'auth' || one === 'auth-int')) {
    throw new TypeError(`${where} is a list of 'auth' and 'auth-int'.`)
  }
  return [...qop]
}

function secretOf({ secret, nonceCounts }: { secret?: unknown; nonceCounts?: unknown }, where: string): Uint8Array {
  if (secret === undefined) return digestCrypto().randomBytes(32)
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
  if (!(bytes instanceof Uint8Array) || bytes.byteLength < 32) {
    throw new TypeError(`${where}.secret is at least 32 bytes, from a random generator.`)
  }
  if (nonceCounts === undefined) {
    throw new TypeError(
      `${where}.secret is for several processes, and then they need ${where}.nonceCounts that they share, as new RedisNonceCountStore({ … }): else a request could be sent again to another one.`,
    )
  }
  return bytes
}

function countsOf(store: NonceCountStore | undefined, clock: () => number, where: string): NonceCountStore {
  if (store === undefined) return new MemoryNonceCountStore({ clock })
  if (typeof (store as Partial<NonceCountStore> | null)?.take === 'function') return store
  throw new TypeError(`${where} has a method take(use), as new MemoryNonceCountStore() has.`)
}

/** RFC 7616 §3.3: URIs with a space between them. */
function domainOf(domain: readonly string[] | undefined, where: string): string | undefined {
  if (domain === undefined) return undefined
  const isURI = (one: unknown): boolean => typeof one === 'string' && /^[\w\-.~:/?[\]@!$&'()*+,;=%]+$/.test(one)
  if (!Array.isArray(domain) || domain.length === 0 || !domain.every(isURI)) {
    throw new TypeError(`${where} is a list of URIs, absolute or beginning with a slash.`)
  }
  return domain.join(' ')
}
