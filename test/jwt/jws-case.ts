import type { JWK } from 'jose'
import { HeaderCache } from '../../src/jwt/compact.ts'
import { type AlgorithmName, JWTError, KeySet } from '../../src/jwt/index.ts'
import { verifyJWS } from '../../src/jwt/jws.ts'

/** A published case: a JWS in compact form and the key or keys to verify it with. */
export interface JWSCase {
  readonly id: string
  readonly result: string
  readonly key: JWK | { readonly keys: JWK[] }
  readonly jws: string
  readonly comment?: string
  readonly waiver?: string
  readonly algorithm?: AlgorithmName
  readonly deterministic?: boolean
}

/** Whether our verifier takes it, keys included: a key that may not be loaded verifies nothing. */
export async function accepts({ key, jws, algorithm }: JWSCase): Promise<boolean> {
  let keys: KeySet
  try {
    const list = ('keys' in key ? key.keys : [key]) as JWK[]
    keys = await KeySet.from(list.map((jwk) => ({ jwk, ...(algorithm === undefined ? {} : { algorithm }) })))
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
  try {
    await verifyJWS(jws, { keys, algorithms: undefined, maxLength: 8192, headers: new HeaderCache() })
    return true
  } catch (error) {
    if (error instanceof JWTError) return false
    throw error
  }
}
