import type { JWK } from 'jose'
import type { AlgorithmName } from './algorithms.ts'
import type { JSONObject } from './json.ts'
import { BadKeyError } from './jwk.ts'
import { Key } from './key.ts'
import type { FoundKey } from './key-source.ts'

/** The usable keys of a published document, and a name for each to tell documents apart. */
export interface DocumentKeys {
  readonly keys: readonly FoundKey[]
  readonly names: ReadonlySet<string>
}

const RSA_ALGORITHMS: readonly AlgorithmName[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const OPEN_MEMBERS = ['kty', 'use', 'key_ops', 'alg', 'kid', 'crv', 'x', 'y', 'n', 'e'] as const

/**
 * Reads a JWKS document that someone else wrote. RFC 7517 section 5: keys that are not understood are left out; so are weak
 * ones, secrets, and all that share algorithm and `kid`. Private parts are not read.
 */
export async function keysOfDocument(document: JSONObject, maxKeys: number): Promise<DocumentKeys> {
  const list = Object.hasOwn(document, 'keys') ? document.keys : undefined
  if (!Array.isArray(list)) throw new Error('The JWKS document has no list of keys')
  if (list.length > maxKeys) throw new Error('The JWKS document has more keys than maxKeys')
  const byName = new Map<string, Key | undefined>()
  const keys: Key[] = []
  for (const jwk of list) {
    for (const key of await usableKeys(jwk)) {
      if (key.kid === undefined) keys.push(key)
      else {
        const name = `${key.algorithm} ${key.kid}`
        byName.set(name, byName.has(name) ? undefined : key)
      }
    }
  }
  for (const key of byName.values()) if (key !== undefined) keys.push(key)
  return {
    keys: keys.map((key) => ({ key, until: Number.POSITIVE_INFINITY })),
    names: new Set(keys.map((key) => `${key.algorithm} ${key.thumbprint} ${key.kid ?? ''}`)),
  }
}

async function usableKeys(jwk: unknown): Promise<readonly Key[]> {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return []
  const open: Record<string, unknown> = {}
  for (const name of OPEN_MEMBERS) if (Object.hasOwn(jwk, name)) open[name] = (jwk as JSONObject)[name]
  if (open.kty === 'oct') return []
  // Some issuers name no alg for RSA. The verifier's list decides then; a key never gets to choose HMAC.
  const algorithms = open.kty === 'RSA' && open.alg === undefined ? RSA_ALGORITHMS : [undefined]
  const keys: Key[] = []
  for (const algorithm of algorithms) {
    try {
      keys.push(await Key.fromJWK(open as JWK, algorithm === undefined ? {} : { algorithm }))
    } catch (error) {
      if (!(error instanceof BadKeyError)) throw error
    }
  }
  return keys
}
