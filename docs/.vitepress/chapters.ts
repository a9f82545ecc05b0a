/**
 * The chapters of the guide, in the order in which they are read: the sidebar shows those whose page exists.
 *
 * `names` are the public names that a chapter explains: `App` of `sallyport`, `jwt/JWT` of `sallyport/jwt`. Their reference pages link
 * to the chapter, and the chapter ends in links to their reference pages. A name belongs to one chapter.
 */

/** One page of the guide. */
export interface Chapter {
  /** Its file below `docs/`, without `.md`. */
  readonly path: string
  /** What the sidebar says. */
  readonly title: string
  /** The public names that it explains, separated by spaces. */
  readonly names?: string
}

/** A group of the sidebar. */
export interface Part {
  readonly title: string
  readonly chapters: readonly Chapter[]
}

export const PARTS: readonly Part[] = [
  {
    title: 'Tutorial',
    chapters: [
      { path: 'tutorial/first-app', title: 'Why, and the first app', names: 'App AppOptions Verb OperationOptions' },
      { path: 'tutorial/path-parameters', title: 'Path parameters', names: 'Path PathNames HasPathNames' },
      { path: 'tutorial/query-parameters', title: 'Query parameters', names: 'Query ParamOptions' },
      { path: 'tutorial/headers-and-cookies', title: 'Headers and cookies', names: 'Header Cookie CookieOptions' },
      { path: 'tutorial/body', title: 'The body', names: 'Body BodyOptions Limits DEFAULT_LIMITS' },
      { path: 'tutorial/schemas', title: 'Schemas', names: 'Schema JSONSchema' },
      { path: 'tutorial/forms-and-files', title: 'Forms and files', names: 'Form File FileOptions' },
      {
        path: 'tutorial/responses',
        title: 'Responses and filtering',
        names: 'CurrentResponse BackgroundTasks DocumentedResponse Secret',
      },
      {
        path: 'tutorial/errors',
        title: 'Errors',
        names:
          'HTTPException HTTPExceptionOptions RequestValidationError ResponseValidationError ValidationIssue ExceptionHandler ErrorClass',
      },
      { path: 'tutorial/problem-details', title: 'Problem Details', names: 'ProblemDetailsOptions ProblemType' },
      { path: 'tutorial/metadata', title: 'The document and its pages', names: 'OpenAPIObject' },
      { path: 'tutorial/first-tests', title: 'First tests' },
    ],
  },
  {
    title: 'Dependencies',
    chapters: [
      {
        path: 'tutorial/dependencies',
        title: 'Dependencies',
        names: 'dependency Dependency CurrentRequest CurrentIncoming',
      },
      { path: 'tutorial/sub-dependencies', title: 'Sub-dependencies', names: 'Depends DependsOptions' },
      { path: 'tutorial/yield-dependencies', title: 'Dependencies with yield' },
      { path: 'tutorial/options-classes', title: 'With options, as classes' },
      { path: 'tutorial/overrides', title: 'Overrides in tests', names: 'Overrides' },
    ],
  },
  {
    title: 'The whole app',
    chapters: [
      { path: 'tutorial/request-lifecycle', title: 'The way of a request' },
      {
        path: 'tutorial/middleware',
        title: 'Middleware and CORS',
        names:
          'Middleware Next cors CorsOptions requestLog RequestLogOptions RequestLogLine Observer Observation Answered LoggedError',
      },
      { path: 'tutorial/lifespan', title: 'Lifespan: open first, close last', names: 'LifespanFunction' },
      {
        path: 'tutorial/bigger-applications',
        title: 'Bigger applications: routers',
        names: 'Router RouterOptions IncludeOptions Mountable',
      },
      { path: 'tutorial/settings', title: 'Settings' },
      { path: 'tutorial/database', title: 'A database' },
      { path: 'tutorial/clients', title: 'Typed clients' },
    ],
  },
  {
    title: 'Security',
    chapters: [
      {
        path: 'security/concepts',
        title: 'The words of it',
        names:
          'security/SecurityScheme security/SecuritySchemeOptions security/SchemeValue SecuritySchemeObject security/OAuth2 security/OAuth2Options security/OAuth2Flow security/OAuth2Flows security/OAuth2Implicit security/OAuth2ImplicitOptions security/OAuth2ImplicitFlow security/HTTPBase security/HTTPBaseOptions security/HTTPBearer security/HTTPBearerOptions security/HTTPAuthorizationCredentials',
      },
      {
        path: 'security/first-steps',
        title: 'First steps',
        names: 'security/OAuth2PasswordBearer security/OAuth2PasswordBearerOptions security/OAuth2TokenFlow',
      },
      { path: 'security/current-user', title: 'The current user' },
      {
        path: 'security/simple-oauth2',
        title: 'Password and bearer',
        names: 'security/OAuth2PasswordRequestForm security/OAuth2PasswordRequestFormStrict',
      },
      {
        path: 'security/jwt',
        title: 'JWT and hashed passwords',
        names:
          'jwt/JWT jwt/JWTOptions jwt/JWTSigner jwt/JWTSignerOptions jwt/JWTVerifier jwt/JWTVerifierOptions jwt/JWTClaims jwt/Duration jwt/ClaimsSchema jwt/Key jwt/KeyOptions jwt/GenerateOptions jwt/KeySet jwt/KeyInput jwt/RotateOptions jwt/JWKSDocument jwt/RevocationStore jwt/MemoryRevocationStore jwt/RedisRevocationStore jwt/RedisRevocationStoreOptions password/PasswordHash password/PasswordHashOptions password/CallOptions password/AuthenticateOptions password/StoredUser password/Lookup password/Argon2idHasher password/Argon2idOptions password/LoginThrottle password/LoginThrottleOptions password/BackOff password/LoginThrottledError security/passwordLogin security/PasswordLoginOptions security/LoginAttempts',
      },
      {
        path: 'security/passwords',
        title: 'Passwords, new and old',
        names:
          'password/Argon2EngineName password/AspNetIdentityReader password/BcryptHasher password/BcryptOptions password/CostLimits password/DjangoReader password/FirebaseScryptOptions password/FirebaseScryptReader password/FlexibleLimiter password/HashReader password/HashTooCostlyError password/Hasher password/HasherUnavailableError password/MalformedHashError password/MemoryThrottleStore password/PasslibReader password/PasswordHashBusyError password/PasswordHashError password/PasswordHashErrorCode password/PasswordRefusedError password/PasswordTooLongError password/Pbkdf2Hasher password/Pbkdf2Options password/Pepper password/RateLimiterStore password/ReaderOptions password/ScryptHasher password/ScryptOptions password/SpringReader password/ThrottleEntry password/ThrottleStore password/UnknownHashError password/UnknownPepperError password/WerkzeugReader password/defaultCostLimits password/firebaseStored',
      },
      {
        path: 'security/tokens',
        title: 'Tokens in detail',
        names:
          'jwt/ALGORITHMS jwt/AlgorithmName jwt/HMACName jwt/PublicKeyAlgorithmName jwt/AccessTokenClaims jwt/AccessTokenGrant jwt/AccessTokenSigner jwt/AccessTokenSignerOptions jwt/AccessTokenVerifier jwt/AccessTokenVerifierOptions jwt/KeySource jwt/FoundKey jwt/FoundKeys jwt/RemoteKeySet jwt/RemoteKeySetOptions jwt/SchemaResult jwt/ChallengeOptions jwt/challengeFor jwt/JWTError jwt/JWTErrorCode jwt/ClaimIssue jwt/AlgorithmNotAllowedError jwt/BadSignatureError jwt/EncryptedTokenError jwt/InvalidClaimError jwt/KeysUnavailableError jwt/UnavailableOptions jwt/MalformedTokenError jwt/MissingClaimError jwt/RevocationUnavailableError jwt/TokenExpiredError jwt/TokenNotYetValidError jwt/TokenRevokedError jwt/TokenTooLongError jwt/TokenTooOldError jwt/UnknownKeyError jwt/UnsupportedHeaderError jwt/WrongAudienceError jwt/WrongIssuerError jwt/WrongTypeError',
      },
      {
        path: 'security/http-basic',
        title: 'HTTP Basic',
        names:
          'security/HTTPBasic security/HTTPBasicOptions security/HTTPBasicCredentials security/BasicVerification security/BasicUser security/BasicLookup security/PasswordCheck security/PasswordCheckOptions',
      },
      {
        path: 'security/api-keys',
        title: 'API keys',
        names:
          'security/APIKeyHeader security/APIKeyQuery security/APIKeyCookie security/APIKeyOptions security/APIKeys security/APIKeysOptions security/APIKeyGrant security/APIKeyInfo security/IssuedAPIKey security/APIKeyPrincipal security/APIKeyClaims security/APIKeyStore security/APIKeyRecord security/MemoryAPIKeyStore security/SQLiteAPIKeyStore security/APIKeyStoreError security/ExpiredAPIKeyError security/MalformedAPIKeyError security/RevokedAPIKeyError security/UnknownAPIKeyError security/KeyVerifier security/KeyPrincipals security/KeyVerified',
      },
      {
        path: 'security/scopes',
        title: 'Scopes',
        names: 'Security SecurityScopes RequiredScopes DeclaredScope ScopesOf',
      },
      {
        path: 'security/several-schemes',
        title: 'Several schemes',
        names: 'anyOf',
      },
      {
        path: 'security/verifying-schemes',
        title: 'Verifying schemes',
        names:
          'security/BearerScheme security/BearerOptions security/Principal security/TokenVerifier security/Verifier security/VerifierFunction security/Verified security/Refused security/TokenIntrospection security/TokenIntrospectionOptions security/IntrospectionClaims security/ClientAuthentication security/ClientSecretBasic security/ClientSecretPost security/PrivateKeyJWT security/BearerAuthorization security/AssertionSigner security/stepUp security/StepUpOptions security/StepUp security/AuthenticationContext security/VerificationError security/InvalidTokenError security/TokenInactiveError security/IntrospectionUnavailableError security/UnavailableError security/UnavailableOptions security/CredentialScheme security/InvalidCredentials security/Unverified security/UnverifiedFunction security/bearerChallenge security/BearerChallengeOptions',
      },
      {
        path: 'security/digest',
        title: 'Digest',
        names:
          'security/HTTPDigest security/HTTPDigestOptions security/DigestVerification security/DigestUser security/DigestLookup security/DigestSought security/DigestAlgorithm security/DigestHash security/DigestQop security/digestHA1 security/digestUserhash security/Htdigest security/HtdigestUser security/authenticationInfo security/NonceCountStore security/NonceUse security/MemoryNonceCountStore security/RedisNonceCountStore security/RedisNonceCountStoreOptions security/RedisSend security/NonceStoreError security/StaleNonceError',
      },
      {
        path: 'security/other-flows',
        title: 'The other flows',
        names:
          'security/OAuth2AuthorizationCodeBearer security/OAuth2AuthorizationCodeBearerOptions security/OAuth2CodeFlow security/OAuth2ClientCredentials security/OAuth2ClientCredentialsOptions',
      },
      {
        path: 'security/openid-connect',
        title: 'OpenID Connect',
        names:
          'security/OpenIdConnect security/OpenIdConnectOptions security/OpenIdVerification security/OpenIdVerify security/DiscoveryUnavailableError security/protectedResource security/ProtectedResource security/ProtectedResourceOptions security/ProtectedResourceMetadata security/ProtectableApp',
      },
      {
        path: 'security/mutual-tls',
        title: 'Mutual TLS',
        names:
          'ClientCertificate CertificateSource DistinguishedName SubjectAltNames security/MutualTLS security/MutualTLSOptions security/CertificateBinding security/TokenBindingOptions',
      },
      {
        path: 'security/dpop',
        title: 'DPoP',
        names:
          'security/DPoPOptions security/DPoPReplayStore security/DPoPUse security/MemoryDPoPReplayStore security/RedisDPoPReplayStore security/RedisDPoPReplayStoreOptions security/DPoPProofError security/DPoPNonceError security/DPoPStoreError',
      },
      { path: 'security/closed', title: 'Closed by default', names: 'DocsOptions' },
      {
        path: 'security/audit-and-attack',
        title: 'Audit and attack',
        names:
          'testing/attack testing/AttackOptions testing/AttackReport testing/AttackError testing/Hole testing/HoleKind testing/Skipped testing/SchemeCredentials testing/Credential testing/CredentialContext testing/TokenChanges testing/OperationSample testing/ProductionError',
      },
      {
        path: 'security/frontends',
        title: 'CORS and cookies for a frontend',
        names:
          'security/CookieToken security/CookieTokenOptions security/SetCookieTokenOptions security/CsrfOptions security/CsrfError security/CsrfErrorCode',
      },
      {
        path: 'security/testing',
        title: 'Testing',
        names: 'testing/as testing/AsOptions testing/TestCaller testing/override',
      },
    ],
  },
  {
    title: 'Running',
    chapters: [
      { path: 'running/command-line', title: 'The command line' },
      { path: 'running/behind-a-proxy', title: 'Behind a proxy', names: 'Incoming' },
      { path: 'running/https', title: 'HTTPS' },
      {
        path: 'running/containers',
        title: 'Containers',
        names: 'node/serve node/ServeOptions node/Server node/ListenError node/ListenErrorCode',
      },
      {
        path: 'running/observability',
        title: 'Logs, traces, figures',
        names: 'opentelemetry/openTelemetry opentelemetry/OpenTelemetryOptions',
      },
      { path: 'running/rate-limits', title: 'Rate limits' },
      {
        path: 'running/documentation-pages',
        title: 'The documentation pages',
        names:
          'docs/docsRoutes docs/DocsRoute docs/DocsRoutesOptions docs/DocsRequest docs/documentOrigins docs/getSwaggerUIHtml docs/SwaggerUIHtmlOptions docs/getSwaggerUIOAuth2RedirectHtml docs/SwaggerUIOAuth2RedirectHtmlOptions docs/getRedocHtml docs/RedocHtmlOptions docs/InitOAuth docs/JSONValue',
      },
      {
        path: 'running/files',
        title: 'Files from the disk',
        names:
          'node/fileResponse node/FileResponseOptions node/FileRequest node/staticFiles node/StaticFilesOptions node/StaticFilesHandler node/Reach',
      },
      { path: 'running/going-live', title: 'Before you go live' },
      {
        path: 'running/bun',
        title: 'Bun',
        names: 'bun/serve bun/ServeOptions bun/BunTLS bun/Server bun/CommonOptions',
      },
      {
        path: 'running/deno',
        title: 'Deno',
        names: 'deno/serve deno/ServeOptions deno/DenoTLS',
      },
      {
        path: 'running/workers',
        title: 'Workers',
        names: 'workers/serve workers/ServeOptions workers/WorkerHandler workers/WorkerContext workers/bindings',
      },
      {
        path: 'running/mounting',
        title: 'In Hono, Express, Fastify and Next',
        names: 'FetchContext FetchContextOptions node/toNodeHandler node/NodeHandler node/NodeHandlerOptions',
      },
    ],
  },
  {
    title: 'Coming from',
    chapters: [
      { path: 'migration/fastapi', title: 'FastAPI' },
      { path: 'migration/nestjs', title: 'NestJS' },
      { path: 'migration/express', title: 'Express with passport' },
      { path: 'migration/hono', title: 'Hono' },
      { path: 'migration/fastify', title: 'Fastify' },
    ],
  },
]

/** Every chapter, whether its page exists or not. */
export const CHAPTERS: readonly Chapter[] = PARTS.flatMap(({ chapters }) => chapters)
