export type { Argon2EngineName } from './argon2-engine.ts'
export { Argon2idHasher, type Argon2idOptions } from './argon2id-hasher.ts'
export type { AuthenticateOptions, Lookup, StoredUser } from './authentication.ts'
export { type CostLimits, defaultCostLimits } from './cost-limits.ts'
export {
  HasherUnavailableError,
  HashTooCostlyError,
  MalformedHashError,
  PasswordHashBusyError,
  PasswordHashError,
  type PasswordHashErrorCode,
  PasswordRefusedError,
  PasswordTooLongError,
  UnknownHashError,
  UnknownPepperError,
} from './errors.ts'
export type { Hasher, HashReader } from './hasher.ts'
export { type CallOptions, PasswordHash, type PasswordHashOptions } from './password-hash.ts'
export type { Pepper } from './pepper.ts'
