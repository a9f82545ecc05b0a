export type { Argon2EngineName } from './argon2-engine.ts'
export { Argon2idHasher, type Argon2idOptions } from './argon2id-hasher.ts'
export { AspNetIdentityReader } from './aspnet-identity.ts'
export type { AuthenticateOptions, Lookup, StoredUser } from './authentication.ts'
export { BcryptHasher, type BcryptOptions } from './bcrypt-hasher.ts'
export { type CostLimits, defaultCostLimits } from './cost-limits.ts'
export { DjangoReader } from './django.ts'
export {
  HasherUnavailableError,
  HashTooCostlyError,
  LoginThrottledError,
  MalformedHashError,
  PasswordHashBusyError,
  PasswordHashError,
  type PasswordHashErrorCode,
  PasswordRefusedError,
  PasswordTooLongError,
  UnknownHashError,
  UnknownPepperError,
} from './errors.ts'
export { type FirebaseScryptOptions, FirebaseScryptReader, firebaseStored } from './firebase-scrypt.ts'
export type { ReaderOptions } from './form-reader.ts'
export type { Hasher, HashReader } from './hasher.ts'
export { PasslibReader } from './passlib.ts'
export { PasswordHash } from './password-hash.ts'
export type { CallOptions, PasswordHashOptions } from './password-hash-options.ts'
export { Pbkdf2Hasher, type Pbkdf2Options } from './pbkdf2-hasher.ts'
export type { Pepper } from './pepper.ts'
export { type FlexibleLimiter, RateLimiterStore } from './rate-limiter-store.ts'
export { ScryptHasher, type ScryptOptions } from './scrypt-hasher.ts'
export { SpringReader } from './spring.ts'
export { type BackOff, LoginThrottle, type LoginThrottleOptions } from './throttle.ts'
export { MemoryThrottleStore, type ThrottleEntry, type ThrottleStore } from './throttle-store.ts'
export { WerkzeugReader } from './werkzeug.ts'
