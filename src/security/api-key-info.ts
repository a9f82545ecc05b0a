import type { APIKeyRecord } from './api-key-store.ts'

/** What is known of a key, and may be shown. */
export interface APIKeyInfo<Metadata = unknown> {
  /** The part of the key by which it is found, and may be named in logs. */
  readonly keyId: string
  /** Whose key it is. */
  readonly subject: string
  /** What it grants. */
  readonly scopes: readonly string[]
  /** What its owner calls it. */
  readonly name: string | undefined
  /** What the application keeps with it. */
  readonly metadata: Metadata
  /** When it was issued. */
  readonly createdAt: Date
  /** When it ends; undefined: never. */
  readonly expiresAt: Date | undefined
  /** When it was last used, to within `lastUseInterval`; undefined: never. */
  readonly lastUsedAt: Date | undefined
  /** When it was revoked; undefined: it was not. */
  readonly revokedAt: Date | undefined
  /** The id of the key that has taken its place. */
  readonly replacedBy: string | undefined
}

/** A new key, which can be read now and never again. */
export interface IssuedAPIKey<Metadata = unknown> extends APIKeyInfo<Metadata> {
  /** The key. `console.log` hides it; JSON does not. */
  readonly key: string
}

/** Who calls, as a key says. */
export type APIKeyPrincipal<Metadata = unknown> = Pick<
  APIKeyInfo<Metadata>,
  'subject' | 'scopes' | 'keyId' | 'name' | 'metadata' | 'createdAt' | 'expiresAt'
>

/** What a key says, in the words of a token: for schemes that take bearer tokens. */
export interface APIKeyClaims<Metadata = unknown> extends APIKeyPrincipal<Metadata> {
  readonly sub: string
  readonly scope: readonly string[]
}

/** Who calls, by what is stored; frozen. */
export function principalIn<Metadata>(record: APIKeyRecord): APIKeyPrincipal<Metadata> {
  const { subject, scopes, keyId, name, metadata, createdAt, expiresAt } = infoOf<Metadata>(record)
  return Object.freeze({ subject, scopes, keyId, name, metadata, createdAt, expiresAt })
}

/** The same in the words of a token; frozen. */
export function claimsIn<Metadata>(record: APIKeyRecord): APIKeyClaims<Metadata> {
  const said = principalIn<Metadata>(record)
  return Object.freeze({ ...said, sub: said.subject, scope: said.scopes })
}

/** What may be shown of what is stored; frozen. */
export function infoOf<Metadata>(record: APIKeyRecord): APIKeyInfo<Metadata> {
  const dateOf = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at))
  return Object.freeze({
    keyId: record.id,
    subject: record.subject,
    scopes: Object.freeze([...record.scopes]),
    name: record.name,
    metadata: record.metadata as Metadata,
    createdAt: new Date(record.createdAt),
    expiresAt: dateOf(record.expiresAt),
    lastUsedAt: dateOf(record.lastUsedAt),
    revokedAt: dateOf(record.revokedAt),
    replacedBy: record.replacedBy,
  })
}

/** A new key with what is known of it; frozen. */
export function issuedOf<Metadata>(key: string, record: APIKeyRecord): IssuedAPIKey<Metadata> {
  const made = { key, ...infoOf<Metadata>(record) }
  const shown = (): object => ({ ...made, key: '[hidden]' })
  return Object.freeze(Object.defineProperty(made, Symbol.for('nodejs.util.inspect.custom'), { value: shown }))
}
