export { APIKeyCookie, APIKeyHeader, type APIKeyOptions, APIKeyQuery } from './api-key.ts'
export {
  APIKeyStoreError,
  ExpiredAPIKeyError,
  MalformedAPIKeyError,
  RevokedAPIKeyError,
  UnknownAPIKeyError,
} from './api-key-errors.ts'
export type { APIKeyClaims, APIKeyInfo, APIKeyPrincipal, IssuedAPIKey } from './api-key-info.ts'
export { type APIKeyRecord, type APIKeyStore, MemoryAPIKeyStore } from './api-key-store.ts'
export { type APIKeyGrant, APIKeys } from './api-keys.ts'
export type { APIKeysOptions } from './api-keys-options.ts'
export { authenticationInfo } from './authentication-info.ts'
export type {
  BasicLookup,
  BasicUser,
  BasicVerification,
  PasswordCheck,
  PasswordCheckOptions,
} from './basic-verifier.ts'
export { type BearerOptions, BearerScheme } from './bearer-scheme.ts'
export type { CertificateBinding } from './certificate-binding.ts'
export { type BearerChallengeOptions, bearerChallenge } from './challenge.ts'
export {
  type AssertionSigner,
  BearerAuthorization,
  type ClientAuthentication,
  ClientSecretBasic,
  ClientSecretPost,
  PrivateKeyJWT,
} from './client-authentication.ts'
export { CookieToken, type CookieTokenOptions, type SetCookieTokenOptions } from './cookie-token.ts'
export { CredentialScheme, type InvalidCredentials } from './credential-scheme.ts'
export type { HTTPAuthorizationCredentials, HTTPBasicCredentials } from './credentials.ts'
export { CsrfError, type CsrfErrorCode, type CsrfOptions } from './csrf.ts'
export { type DigestAlgorithm, type DigestHash, digestHA1, digestUserhash } from './digest-algorithm.ts'
export type { DigestQop } from './digest-credentials.ts'
export { NonceStoreError, StaleNonceError } from './digest-errors.ts'
export type { DigestLookup, DigestSought, DigestUser, DigestVerification } from './digest-options.ts'
export type { DPoPOptions } from './dpop.ts'
export { DPoPNonceError, DPoPProofError, DPoPStoreError } from './dpop-errors.ts'
export { type DPoPReplayStore, type DPoPUse, MemoryDPoPReplayStore } from './dpop-replay-store.ts'
export {
  DiscoveryUnavailableError,
  IntrospectionUnavailableError,
  InvalidTokenError,
  TokenInactiveError,
  UnavailableError,
  type UnavailableOptions,
  VerificationError,
} from './errors.ts'
export { Htdigest, type HtdigestUser } from './htdigest.ts'
export { HTTPBase, type HTTPBaseOptions } from './http-base.ts'
export { HTTPBasic, type HTTPBasicOptions } from './http-basic.ts'
export { HTTPBearer, type HTTPBearerOptions } from './http-bearer.ts'
export { HTTPDigest, type HTTPDigestOptions } from './http-digest.ts'
export { type IntrospectionClaims, TokenIntrospection, type TokenIntrospectionOptions } from './introspection.ts'
export type { KeyPrincipals, KeyVerified, KeyVerifier } from './key-verifier.ts'
export type { LoginAttempts } from './login-attempts.ts'
export { MutualTLS, type MutualTLSOptions } from './mutual-tls.ts'
export { MemoryNonceCountStore, type NonceCountStore, type NonceUse } from './nonce-count-store.ts'
export {
  OAuth2,
  OAuth2AuthorizationCodeBearer,
  type OAuth2AuthorizationCodeBearerOptions,
  OAuth2ClientCredentials,
  type OAuth2ClientCredentialsOptions,
  OAuth2Implicit,
  type OAuth2ImplicitOptions,
  type OAuth2Options,
  OAuth2PasswordBearer,
  type OAuth2PasswordBearerOptions,
} from './oauth2.ts'
export type { OAuth2CodeFlow, OAuth2Flow, OAuth2Flows, OAuth2ImplicitFlow, OAuth2TokenFlow } from './oauth2-flows.ts'
export {
  OpenIdConnect,
  type OpenIdConnectOptions,
  type OpenIdVerify,
} from './open-id-connect.ts'
export type { OpenIdVerification } from './openid-verifier.ts'
export { OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict } from './password-form.ts'
export { type PasswordLoginOptions, passwordLogin } from './password-login.ts'
export type { Principal } from './principal.ts'
export { RedisDPoPReplayStore, type RedisDPoPReplayStoreOptions } from './redis-dpop-replay-store.ts'
export { RedisNonceCountStore, type RedisNonceCountStoreOptions } from './redis-nonce-count-store.ts'
export type { RedisSend } from './redis-set-once.ts'
export {
  type ProtectableApp,
  type ProtectedResource,
  type ProtectedResourceMetadata,
  type ProtectedResourceOptions,
  protectedResource,
} from './resource-metadata.ts'
export { type SchemeValue, SecurityScheme, type SecuritySchemeOptions } from './scheme.ts'
export { SQLiteAPIKeyStore } from './sqlite-api-key-store.ts'
export { type AuthenticationContext, type StepUp, type StepUpOptions, stepUp } from './step-up.ts'
export type { TokenBindingOptions } from './token-binding.ts'
export type {
  Refused,
  TokenVerifier,
  Unverified,
  UnverifiedFunction,
  Verified,
  Verifier,
  VerifierFunction,
} from './verifier.ts'
