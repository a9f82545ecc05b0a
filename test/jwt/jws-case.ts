import type { JWK } from 'jose'
import { HeaderCache } from '../../src/jwt/compact.ts'
import { type AlgorithmName, JWTError, KeySet } from '../../src/jwt/index.ts'
import { verifyJWS } from '../../src/jwt/jws.ts'
import { RefusedToken } from '../../src/jwt/refused-token.ts'

/** A published case: a JWS in compact form and the key or keys to verify it with. */
export interface JWSCase {
  readonly id: string
  readonly result: string
  readonly key: JWK | { readonly keys: JWK[] }
  readonly jws: string
  readonly comment?: string
  readonly group?: string
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
    const checked = await verifyJWS(jws, {
      keys,
      algorithms: undefined,
      maxLength: 8192,
      headers: new HeaderCache(),
    })
    return !(checked instanceof RefusedToken)
  } catch (error) {
    if (error instanceof JWTError) return false
    throw error
  }
}

/** Cases that the file itself does not waive, but that contradict another one. */
export const CONTRADICTED: ReadonlyMap<string, string> = new Map([
  ['json_web_signature_test#367', 'the same bytes as #357, which is valid; C2SP/wycheproof issue 236'],
  ['json_web_signature_test#370', 'the same bytes as #357, which is valid; C2SP/wycheproof issue 236'],
])

/** Why a case is not run; undefined for one that is. */
export function waiverOf({ id, waiver }: JWSCase): string | undefined {
  return waiver ?? CONTRADICTED.get(id)
}

/** "When a key has no alg, take the one the group names": the two groups without one are for encryption keys. */
export function withGroupAlgorithm(one: JWSCase): JWSCase {
  const algorithm = ({ rsa_encryption: 'RS256', ec_key_for_encryption: 'ES256' } as const)[one.group ?? '']
  return algorithm === undefined ? one : { ...one, algorithm }
}
