import { isOrigin } from '../headers.ts'
import type { Incoming } from '../incoming.ts'
import type { PublicKeyAlgorithmName } from '../jwt/algorithms.ts'
import { isAwaitable } from '../jwt/awaitable.ts'
import { type Duration, toSeconds } from '../jwt/duration.ts'
import { own } from '../jwt/json.ts'
import { normalizePath } from '../target.ts'
import { digestCrypto } from './digest-algorithm.ts'
import { Nonces } from './digest-nonce.ts'
import { DPoPNonceError, DPoPProofError, DPoPStoreError } from './dpop-errors.ts'
import type { DPoPProof } from './dpop-proof.ts'
import { type DPoPReplayStore, type DPoPUse, MemoryDPoPReplayStore } from './dpop-replay-store.ts'
import { InvalidTokenError } from './errors.ts'
import { checkOptions } from './options.ts'

/**
 * How proofs of DPoP are checked.
 *
 * A request without a proof, with one that is broken, is for another request or token, or was used before, is answered with 401
 * `invalid_dpop_proof`; one that lacks the nonce with 401 `use_dpop_nonce` and a `DPoP-Nonce`; a token of another key, or that came
 * as a bearer token although it is bound, with 401 `invalid_token`; all with the challenge `DPoP`. While the store of used proofs is
 * down, the answer is 503.
 *
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { JWTVerifier } from 'sallyport/jwt'
 * import { HTTPBearer } from 'sallyport/security'
 *
 * const bearer = new HTTPBearer({
 *   verify: new JWTVerifier({
 *     jwksUri: 'https://login.example.com/jwks',
 *     algorithms: ['ES256'],
 *     issuer: 'https://login.example.com',
 *     audience: 'https://api.example.com',
 *   }),
 *   dpop: { origin: 'https://api.example.com', nonce: true },
 * })
 * new App().get('/', { params: { caller: bearer } }, ({ caller }) => caller.subject)
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9449.html#section-7
 */
export interface DPoPOptions {
  /**
   * The origin under which clients know the server, such as `https://api.example.com`; several are a list. What a proof says of its
   * URI is compared with it, and with root path and path; the `Host` of a request is what the client chose to write.
   */
  readonly origin: string | readonly string[]
  /** Whether bearer tokens are refused; true. With false, those that are bound to no key are taken as well. */
  readonly required?: boolean | undefined
  /** How old a proof may be: seconds, or a text such as `'30s'`; 60 seconds, at most 10 minutes. */
  readonly maxAge?: Duration | undefined
  /** How far ahead of ours a client's clock may be; 5 seconds, at most 1 minute. */
  readonly clockTolerance?: Duration | undefined
  /** The algorithms of proofs; ES256, ES384, ES512, EdDSA, Ed25519, PS256, PS384 and PS512. */
  readonly algorithms?: readonly PublicKeyAlgorithmName[] | undefined
  /**
   * Whether each proof holds a nonce of this server, so that none can be made in advance; false. Or for how long one is good, with
   * true 5 minutes, and what signs them: at least 32 bytes, the same in all processes; default: one for this process.
   */
  readonly nonce?: boolean | { readonly lifetime?: Duration; readonly secret?: string | Uint8Array } | undefined
  /** Remembers used proofs; default: a {@link MemoryDPoPReplayStore}. Several processes share one. */
  readonly replays?: DPoPReplayStore | undefined
  /** Tells the time in milliseconds since 1970; `Date.now`. */
  readonly clock?: (() => number) | undefined
}

const OPTIONS = ['origin', 'required', 'maxAge', 'clockTolerance', 'algorithms', 'nonce', 'replays', 'clock']
const ALGORITHMS: readonly string[] = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'PS256', 'PS384', 'PS512']
const NAMED_ONLY: readonly string[] = ['RS256', 'RS384', 'RS512']

type Proofs = typeof import('./dpop-proof.ts')

/** What reads proofs: loaded with the first one, as every scheme that takes tokens could take them, and few do. */
let proofs: Proofs | undefined

/**
 * Checks that who sends a token holds the key that it was made for, by a proof that is good for one request.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449.html#section-4.3
 */
export class DPoP {
  /** Whether bearer tokens are refused. */
  readonly required: boolean
  /** The allowed algorithms, as a challenge names them. */
  readonly algs: string
  readonly #origins: readonly string[]
  readonly #algorithms: ReadonlySet<string>
  readonly #maxAge: number
  readonly #tolerance: number
  readonly #nonces: Nonces | undefined
  readonly #replays: DPoPReplayStore
  readonly #clock: () => number
  /** A scheme may be asked twice in one request, with other scopes: the proof is used once then. */
  readonly #taken = new WeakMap<Incoming, { readonly id: string; readonly taken: Promise<boolean> | boolean }>()

  /** @throws TypeError for an unfit option. */
  constructor(options: DPoPOptions, where: string) {
    const given = checkOptions(options, OPTIONS, where)
    const {
      required = true,
      algorithms = ALGORITHMS,
      replays = new MemoryDPoPReplayStore(),
      clock = () => Date.now(),
    } = given
    if (typeof required !== 'boolean') throw new TypeError(`${where}.required is true or false.`)
    if (typeof clock !== 'function') throw new TypeError(`${where}.clock is a function.`)
    if (typeof (replays as Partial<DPoPReplayStore> | null)?.take !== 'function') {
      throw new TypeError(`${where}.replays has a method take(use), as new MemoryDPoPReplayStore() has.`)
    }
    const known = [...ALGORITHMS, ...NAMED_ONLY]
    if (!Array.isArray(algorithms) || algorithms.length === 0 || !algorithms.every((name) => known.includes(name))) {
      throw new TypeError(`${where}.algorithms is a list of ${known.join(', ')}.`)
    }
    this.required = required
    this.algs = algorithms.join(' ')
    this.#algorithms = new Set(algorithms)
    this.#origins = originsOf(given.origin, `${where}.origin`)
    this.#maxAge = secondsOf(given.maxAge ?? 60, 1, 600, `${where}.maxAge`)
    this.#tolerance = secondsOf(given.clockTolerance ?? 5, 0, 60, `${where}.clockTolerance`)
    this.#nonces = noncesOf(given.nonce, `${where}.nonce`)
    this.#replays = replays
    this.#clock = clock
  }

  /** A nonce for the next proof; undefined where none is asked for. */
  makeNonce(): string | undefined {
    return this.#nonces?.make(this.#clock())
  }

  /**
   * Checks the proof that came with a token.
   *
   * @param thumbprint what the token says of its key: `jkt` of its `cnf`.
   * @throws InvalidTokenError, DPoPProofError or DPoPStoreError, or rejects with it.
   */
  check(token: string, thumbprint: unknown, incoming: Incoming): void | Promise<void> {
    const withProof = /^dpop /i.test(incoming.header('authorization') ?? '')
    if (thumbprint === undefined) {
      if (withProof || this.required) throw new InvalidTokenError('The token is not bound to a key')
      return
    }
    // RFC 9449 §7.2: a bound token that comes as a bearer token was most likely stolen.
    if (!withProof) throw new InvalidTokenError('The token is bound to a key and was sent without a proof')
    const header = incoming.header('dpop')
    if (header === undefined) throw new DPoPProofError('The DPoP proof is missing')
    if (proofs) return this.#prove(proofs, header, token, thumbprint, incoming)
    return import('./dpop-proof.ts').then((loaded) => {
      proofs = loaded
      return this.#prove(loaded, header, token, thumbprint, incoming)
    })
  }

  #prove(
    { isSigned, parseProof }: Proofs,
    header: string,
    token: string,
    thumbprint: unknown,
    incoming: Incoming,
  ): void | Promise<void> {
    const proof = parseProof(header, this.#algorithms)
    if (proof.thumbprint !== thumbprint) throw new InvalidTokenError('The token is bound to another key')
    const use = this.#useOf(proof, token, incoming)
    if (!isSigned(proof)) throw new DPoPProofError('The signature of the DPoP proof is not valid')
    const taken = this.#take(use, incoming)
    return isAwaitable(taken) ? taken.then(assertFirst) : assertFirst(taken)
  }

  #useOf({ claims, thumbprint }: DPoPProof, token: string, { method, rootPath, path }: Incoming): DPoPUse {
    const hash = (text: string): string => digestCrypto().createHash('sha256').update(text).digest('base64url')
    const jti = own(claims, 'jti')
    const iat = own(claims, 'iat')
    if (typeof jti !== 'string' || jti === '' || typeof iat !== 'number') {
      throw new DPoPProofError('The DPoP proof is malformed')
    }
    if (own(claims, 'htm') !== method) throw new DPoPProofError('The DPoP proof is for another method')
    const target = targetOf(own(claims, 'htu'))
    const uris = this.#origins.map((origin) => targetOf(`${origin}${rootPath}${path}`))
    if (target === undefined || !uris.includes(target)) throw new DPoPProofError('The DPoP proof is for another URI')
    if (own(claims, 'ath') !== hash(token)) throw new DPoPProofError('The DPoP proof is for another token')
    const now = this.#clock()
    this.#assertNonce(own(claims, 'nonce'), now)
    const issued = iat * 1000
    const expires = issued + this.#maxAge * 1000
    if (!(now <= expires && issued - now <= this.#tolerance * 1000)) {
      throw new DPoPProofError('The DPoP proof is too old, or from the future')
    }
    // A store keeps it until the first millisecond at which its age refuses it.
    return { id: hash(`${thumbprint}\n${jti}`), issued, expires: expires + 1, now }
  }

  #assertNonce(nonce: unknown, now: number): void {
    if (this.#nonces === undefined) return
    if (typeof nonce !== 'string' || this.#nonces.open(nonce, now) === undefined) throw new DPoPNonceError()
  }

  #take(use: DPoPUse, incoming: Incoming): boolean | Promise<boolean> {
    const before = this.#taken.get(incoming)
    if (before?.id === use.id) return before.taken
    const taken = this.#ask(use)
    this.#taken.set(incoming, { id: use.id, taken })
    return taken
  }

  #ask(use: DPoPUse): boolean | Promise<boolean> {
    try {
      const answer = this.#replays.take(use)
      if (!isAwaitable(answer)) return readAnswer(answer)
      return Promise.resolve(answer).then(readAnswer, (cause: unknown) => {
        throw new DPoPStoreError({ cause })
      })
    } catch (cause) {
      throw cause instanceof DPoPStoreError ? cause : new DPoPStoreError({ cause })
    }
  }
}

function assertFirst(first: boolean): void {
  if (!first) throw new DPoPProofError('The DPoP proof was used before')
}

/** Anything but a boolean is a store that does not work, and it must not let proofs in. */
function readAnswer(answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer
  throw new DPoPStoreError()
}

/**
 * A URI in its one spelling, without query and fragment; undefined for what is none of the web, and for one with credentials.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449.html#section-4.3
 */
function targetOf(uri: unknown): string | undefined {
  if (typeof uri !== 'string' || !/^https?:\/\/[\x21-\x7e]+$/i.test(uri) || !URL.canParse(uri)) return undefined
  const { origin, pathname, username, password } = new URL(uri)
  return username === '' && password === '' ? origin + normalizePath(pathname) : undefined
}

function originsOf(option: unknown, where: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(option) ? option : [option]
  if (list.length === 0 || !list.every(isOrigin)) {
    throw new TypeError(
      `${where} is the origin that clients call, or a list of them: such as 'https://api.example.com', without a slash at its end.`,
    )
  }
  return [...list]
}

function secondsOf(duration: Duration, least: number, most: number, where: string): number {
  const seconds = toSeconds(where, duration, least)
  if (seconds > most) throw new TypeError(`${where} is at most ${most} seconds.`)
  return seconds
}

function noncesOf(option: DPoPOptions['nonce'], where: string): Nonces | undefined {
  if (option === undefined || option === false) return undefined
  const { lifetime = 300, secret } = option === true ? {} : checkOptions(option, ['lifetime', 'secret'], where)
  const bytes =
    typeof secret === 'string' ? new TextEncoder().encode(secret) : (secret ?? digestCrypto().randomBytes(32))
  if (!(bytes instanceof Uint8Array) || bytes.byteLength < 32) {
    throw new TypeError(`${where}.secret is at least 32 bytes, from a random generator.`)
  }
  return new Nonces(bytes, 'DPoP', 1000 * secondsOf(lifetime, 1, 86_400, `${where}.lifetime`))
}
