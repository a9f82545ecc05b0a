import { type Duration, toSeconds } from '../jwt/duration.ts'
import { isSchema, type Schema } from '../schema.ts'
import { assertPrefix } from './api-key-format.ts'
import type { APIKeyStore } from './api-key-store.ts'
import { checkOptions } from './options.ts'
import { SQLiteAPIKeyStore } from './sqlite-api-key-store.ts'

/** Options of {@link APIKeys}. */
export interface APIKeysOptions<Metadata = unknown> {
  /** What every key begins with, so that people and scanners of secrets know it: `sk`, `acme_live`. */
  readonly prefix: string
  /** Where keys are kept: a store, or the path of a file for SQLite; `api-keys.sqlite` in the working directory. */
  readonly store?: APIKeyStore | string | undefined
  /** What the application keeps with a key, checked when it is issued: JSON values. Default: anything, of no known type. */
  readonly metadata?: Schema<unknown, Metadata> | undefined
  /** How long a new key is good, unless it is said when it is issued; default: without an end. */
  readonly expiresIn?: Duration | undefined
  /** How often a key's last use is written at most; one minute. 0: with each use. */
  readonly lastUseInterval?: Duration | undefined
  /** Told when the last use could not be written, which keeps nobody out; `console.error`. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Tells the time in milliseconds since 1970; `Date.now`. */
  readonly clock?: (() => number) | undefined
}

/** {@link APIKeysOptions} with all that was left out; times are milliseconds. */
export interface APIKeysSettings {
  readonly prefix: string
  readonly store: APIKeyStore
  readonly metadata: Schema | undefined
  readonly expiresIn: number | undefined
  readonly lastUseInterval: number
  readonly onError: (error: unknown) => void
  readonly clock: () => number
}

const OPTIONS = ['prefix', 'store', 'metadata', 'expiresIn', 'lastUseInterval', 'onError', 'clock']
const METHODS = ['insert', 'find', 'list', 'touch', 'revoke', 'rotate', 'prune'] as const

/**
 * Reads the options of {@link APIKeys}.
 *
 * @throws TypeError which names the option.
 */
export function apiKeysSettings(options: APIKeysOptions): APIKeysSettings {
  const given = checkOptions(options, OPTIONS, 'APIKeys')
  const { prefix, store = 'api-keys.sqlite', metadata, lastUseInterval = 60, clock = () => Date.now() } = given
  const { onError = (error: unknown) => console.error(error) } = given
  assertPrefix(prefix, 'APIKeys: prefix')
  if (metadata !== undefined && !isSchema(metadata)) {
    throw new TypeError(
      'APIKeys: metadata is a schema of a library that implements Standard Schema, such as z.object({ … }).',
    )
  }
  for (const [name, value] of Object.entries({ clock, onError })) {
    if (typeof value !== 'function') throw new TypeError(`APIKeys: ${name} is a function.`)
  }
  return {
    prefix,
    store: storeOf(store),
    metadata,
    expiresIn: millisecondsOf('APIKeys: expiresIn', given.expiresIn),
    lastUseInterval: toSeconds('APIKeys: lastUseInterval', lastUseInterval) * 1000,
    onError,
    clock,
  }
}

/** A duration as milliseconds, a second at least; undefined for undefined. */
export function millisecondsOf(where: string, duration: Duration | undefined): number | undefined {
  return duration === undefined ? undefined : toSeconds(where, duration, 1) * 1000
}

function storeOf(store: APIKeyStore | string): APIKeyStore {
  if (typeof store === 'string') return new SQLiteAPIKeyStore(store)
  const missing = METHODS.find((name) => typeof (store as Partial<APIKeyStore> | null)?.[name] !== 'function')
  if (missing === undefined) return store
  throw new TypeError(`APIKeys: store is a path, or has the methods ${METHODS.join(', ')}; it has no ${missing}.`)
}
