export {
  type AccessTokenClaims,
  type AccessTokenGrant,
  AccessTokenSigner,
  type AccessTokenSignerOptions,
  AccessTokenVerifier,
  type AccessTokenVerifierOptions,
} from './access-token.ts'
export { ALGORITHMS, type AlgorithmName, type HMACName, type PublicKeyAlgorithmName } from './algorithms.ts'
export { type ChallengeOptions, challengeFor } from './challenge.ts'
export type { JWTClaims } from './claims.ts'
export type { Duration } from './duration.ts'
export * from './errors.ts'
export { JWT, type JWTOptions } from './jwt.ts'
export { type GenerateOptions, Key, type KeyOptions } from './key.ts'
export { type JWKSDocument, type KeyInput, KeySet, type RotateOptions } from './key-set.ts'
export type { FoundKey, FoundKeys, KeySource } from './key-source.ts'
export { MemoryRevocationStore } from './memory-revocation-store.ts'
export { RedisRevocationStore, type RedisRevocationStoreOptions } from './redis-revocation-store.ts'
export { RemoteKeySet, type RemoteKeySetOptions } from './remote-key-set.ts'
export type { RevocationStore } from './revocation.ts'
export { JWTSigner, type JWTSignerOptions } from './signer.ts'
export type { ClaimsSchema, SchemaResult } from './standard-schema.ts'
export { JWTVerifier } from './verifier.ts'
export type { JWTVerifierOptions } from './verifier-options.ts'
