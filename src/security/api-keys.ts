import { isAwaitable } from '../jwt/awaitable.ts'
import type { Duration } from '../jwt/duration.ts'
import type { SchemaIssue } from '../schema.ts'
import { assertScope } from '../scopes.ts'
import {
  APIKeyStoreError,
  ExpiredAPIKeyError,
  MalformedAPIKeyError,
  RevokedAPIKeyError,
  UnknownAPIKeyError,
} from './api-key-errors.ts'
import { digestOfKey, equalKeyDigests, makeAPIKey, readAPIKey } from './api-key-format.ts'
import {
  type APIKeyClaims,
  type APIKeyInfo,
  type APIKeyPrincipal,
  claimsIn,
  type IssuedAPIKey,
  infoOf,
  issuedOf,
  principalIn,
} from './api-key-info.ts'
import type { APIKeyRecord } from './api-key-store.ts'
import { type APIKeysOptions, type APIKeysSettings, apiKeysSettings, millisecondsOf } from './api-keys-options.ts'
import { assertText, checkOptions } from './options.ts'

/** What a key is issued for. */
export interface APIKeyGrant<Metadata = unknown> {
  /** Whose key it is: a user's or a client's id. */
  readonly subject: string
  /** What it grants; nothing. */
  readonly scopes?: readonly string[] | undefined
  /** What its owner calls it; default: it has no name. */
  readonly name?: string | undefined
  /** How long it is good, in seconds or as `'90d'`; null: without an end. Default: the manager's `expiresIn`. */
  readonly expiresIn?: Duration | null | undefined
  /** What the application keeps with it. */
  readonly metadata?: Metadata | undefined
}

const GRANT = ['subject', 'scopes', 'name', 'expiresIn', 'metadata']

/**
 * Issues API keys, and knows them again.
 *
 * A key is `prefix_` and 61 letters and digits: 12 to find it by, 256 random bits, and a checksum, so that a mistyped one is refused
 * without a look-up. Stored is its SHA-256 alone: nobody guesses 256 bits, so a slow hash would slow down the server only.
 *
 * It is the `verify` of {@link APIKeyHeader} and its like, and of {@link HTTPBearer} for `Authorization: Bearer sk_…`.
 *
 * @typeParam Metadata what the schema `metadata` gives.
 * @throws TypeError for an unfit option, and for SQLite where the runtime has none.
 * @example
 * ```ts
 * import { App, Security } from 'sallyport'
 * import { APIKeyHeader, APIKeys } from 'sallyport/security'
 *
 * const keys = new APIKeys({ prefix: 'sk', store: 'keys.sqlite', expiresIn: '90d' })
 * const apiKey = new APIKeyHeader({ name: 'X-API-Key', scopes: { read: 'Read.' }, verify: keys })
 * new App().get('/items', { params: { caller: Security(apiKey, ['read']) } }, ({ caller }) => ({ by: caller.subject }))
 *
 * const { key, keyId } = await keys.issue({ subject: 'alice', scopes: ['read'], name: 'laptop' })
 * console.log(`${keyId} is issued. Copy it now: ${key}`)
 * ```
 * @see https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#api-keys
 */
export class APIKeys<Metadata = unknown> {
  readonly #settings: APIKeysSettings
  /** Keys whose last use is being written. */
  readonly #touching = new Map<string, Promise<void>>()

  constructor(options: APIKeysOptions<Metadata>) {
    this.#settings = apiKeysSettings(options)
  }

  /**
   * Issues a key.
   *
   * @throws TypeError for an unfit grant, and for metadata that its schema refuses.
   */
  async issue(grant: APIKeyGrant<Metadata>): Promise<IssuedAPIKey<Metadata>> {
    const { subject, scopes = [], name, expiresIn, metadata } = checkOptions(grant, GRANT, 'APIKeys.issue()')
    assertText(subject, 'APIKeys.issue(): subject')
    if (!Array.isArray(scopes)) throw new TypeError('APIKeys.issue(): scopes is a list.')
    for (const scope of scopes) assertScope(scope, 'APIKeys.issue(): scopes')
    if (name !== undefined) assertText(name, 'APIKeys.issue(): name')
    const now = this.#settings.clock()
    const lifetime = expiresIn === null ? undefined : this.#lifetime(expiresIn, 'APIKeys.issue(): expiresIn')
    const { key, record } = await this.#make({
      subject,
      scopes: [...new Set(scopes)],
      name,
      metadata: await this.#checked(metadata),
      createdAt: now,
      expiresAt: lifetime === undefined ? undefined : now + lifetime,
    })
    if (!(await this.#settings.store.insert(record))) throw new Error('APIKeys: the id of a new key is taken.')
    return issuedOf(key, record)
  }

  /**
   * Gives who calls with a key; at once where the store does.
   *
   * @throws MalformedAPIKeyError, UnknownAPIKeyError, ExpiredAPIKeyError, RevokedAPIKeyError (401)
   * @throws APIKeyStoreError (503) where the store fails.
   */
  principalOf(key: string): APIKeyPrincipal<Metadata> | Promise<APIKeyPrincipal<Metadata>> {
    const record = this.#verified(key)
    return isAwaitable(record) ? record.then((found) => principalIn<Metadata>(found)) : principalIn(record)
  }

  /**
   * Gives what a key says as the claims of a token, for schemes of bearer tokens; at once where the store does.
   *
   * @throws what {@link principalOf} throws.
   */
  check(key: string): APIKeyClaims<Metadata> | Promise<APIKeyClaims<Metadata>> {
    const record = this.#verified(key)
    return isAwaitable(record) ? record.then((found) => claimsIn<Metadata>(found)) : claimsIn(record)
  }

  /**
   * Issues a key in the place of one, with the same subject, scopes, name and metadata. The old one stays good for a while.
   *
   * @param keyId which key; not the key itself.
   * @param options - `overlap`: how long the old one is still good, a day, or 0; `expiresIn`: as for {@link issue}.
   * @returns undefined for a key that is not there, has ended, was revoked, or was rotated before: of two at once, one succeeds.
   */
  async rotate(
    keyId: string,
    options: { readonly overlap?: Duration; readonly expiresIn?: Duration | null } = {},
  ): Promise<IssuedAPIKey<Metadata> | undefined> {
    const where = 'APIKeys.rotate()'
    const { overlap = '1d', expiresIn } = checkOptions(options, ['overlap', 'expiresIn'], where)
    const { store, clock } = this.#settings
    const wait = overlap === 0 ? 0 : (millisecondsOf(`${where}: overlap`, overlap) as number)
    const lifetime = expiresIn === null ? undefined : this.#lifetime(expiresIn, `${where}: expiresIn`)
    const old = await store.find(keyId)
    if (old === undefined) return undefined
    const now = clock()
    const { subject, scopes, name, metadata } = old
    const expiresAt = lifetime === undefined ? undefined : now + lifetime
    const { key, record } = await this.#make({ subject, scopes, name, metadata, createdAt: now, expiresAt })
    return (await store.rotate(keyId, record, now, now + wait)) ? issuedOf(key, record) : undefined
  }

  /**
   * Revokes a key, at once.
   *
   * @param keyId which key; not the key itself.
   * @returns whether it was there, and not revoked before.
   */
  async revoke(keyId: string): Promise<boolean> {
    return this.#settings.store.revoke(keyId, this.#settings.clock())
  }

  /** Gives what is known of a key. @param keyId which key; not the key itself. */
  async find(keyId: string): Promise<APIKeyInfo<Metadata> | undefined> {
    const record = await this.#settings.store.find(keyId)
    return record && infoOf(record)
  }

  /** Gives the keys of a subject, the oldest first; those that have ended, too, until they are pruned. */
  async list(subject: string): Promise<APIKeyInfo<Metadata>[]> {
    return (await this.#settings.store.list(subject)).map((record) => infoOf(record))
  }

  /** Deletes keys that ended longer ago than this; 30 days. @returns how many. */
  async prune(age: Duration = '30d'): Promise<number> {
    const { store, clock } = this.#settings
    return store.prune(clock() - (age === 0 ? 0 : (millisecondsOf('APIKeys.prune(): age', age) as number)))
  }

  /** Waits until the last uses are written that are on their way: before the program ends. */
  async settled(): Promise<void> {
    await Promise.all(this.#touching.values())
  }

  #verified(key: string): APIKeyRecord | Promise<APIKeyRecord> {
    const id = typeof key === 'string' ? readAPIKey(this.#settings.prefix, key) : undefined
    if (id === undefined) throw new MalformedAPIKeyError()
    const digest = digestOfKey(key)
    const found = this.#find(id)
    if (!isAwaitable(digest) && !isAwaitable(found)) return this.#good(found, digest)
    return Promise.all([found, digest]).then(([record, made]) => this.#good(record, made))
  }

  #find(id: string): APIKeyRecord | undefined | Promise<APIKeyRecord | undefined> {
    const failed = (cause: unknown): never => {
      throw new APIKeyStoreError({ cause })
    }
    try {
      const found = this.#settings.store.find(id)
      return isAwaitable(found) ? Promise.resolve(found).catch(failed) : found
    } catch (error) {
      return failed(error)
    }
  }

  /** Why a key is not good any more is told to those only who have it. */
  #good(record: APIKeyRecord | undefined, digest: string): APIKeyRecord {
    const same = equalKeyDigests(digest, record?.digest ?? '0'.repeat(digest.length))
    if (record === undefined || !same) throw new UnknownAPIKeyError()
    if (record.revokedAt !== undefined) throw new RevokedAPIKeyError()
    const now = this.#settings.clock()
    if (record.expiresAt !== undefined && now >= record.expiresAt) throw new ExpiredAPIKeyError()
    this.#used(record, now)
    return record
  }

  #used({ id, lastUsedAt }: APIKeyRecord, now: number): void {
    const { store, lastUseInterval, onError } = this.#settings
    if ((lastUsedAt !== undefined && now - lastUsedAt < lastUseInterval) || this.#touching.has(id)) return
    try {
      const written = store.touch(id, now)
      if (!isAwaitable(written)) return
      const done = Promise.resolve(written)
        .catch(onError)
        .finally(() => this.#touching.delete(id))
      this.#touching.set(id, done)
    } catch (error) {
      onError(error)
    }
  }

  async #make(grant: Omit<APIKeyRecord, 'id' | 'digest'>): Promise<{ key: string; record: APIKeyRecord }> {
    const { id, key } = makeAPIKey(this.#settings.prefix)
    return { key, record: { ...grant, id, digest: await digestOfKey(key) } }
  }

  #lifetime(expiresIn: Duration | undefined, where: string): number | undefined {
    return millisecondsOf(where, expiresIn) ?? this.#settings.expiresIn
  }

  async #checked(metadata: unknown): Promise<unknown> {
    const { metadata: schema } = this.#settings
    if (schema === undefined) return metadata
    const result = await schema['~standard'].validate(metadata)
    if (result.issues)
      throw new TypeError(`APIKeys.issue(): metadata does not fit: ${result.issues.map(issueText).join('; ')}`)
    return result.value
  }
}

function issueText({ message, path = [] }: SchemaIssue): string {
  const names = path.map((part) => String(typeof part === 'object' ? part.key : part))
  return names.length === 0 ? message : `${names.join('.')}: ${message}`
}
