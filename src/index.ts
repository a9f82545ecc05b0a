/** The framework's public names, in the order in which the tutorial meets them. */

export type { ErrorClass, ExceptionHandler } from './answer.ts'
export { App } from './app.ts'
export type { AppOptions, DocsOptions } from './app-options.ts'
export type { CertificateSource, ClientCertificate, DistinguishedName, SubjectAltNames } from './client-certificate.ts'
export type { CookieOptions } from './cookies.ts'
export { type CorsOptions, cors } from './cors.ts'
export type { Args, Dependency, Params, Scheme, ScopesOf } from './declaration.ts'
export {
  anyOf,
  BackgroundTasks,
  CurrentIncoming,
  CurrentRequest,
  CurrentResponse,
  type DeclaredScope,
  Depends,
  type DependsOptions,
  dependency,
  Security,
  SecurityScopes,
} from './depends.ts'
export {
  HTTPException,
  type HTTPExceptionOptions,
  RequestValidationError,
  ResponseValidationError,
  type ValidationIssue,
} from './exceptions.ts'
export { FetchContext, type FetchContextOptions } from './fetch-context.ts'
export { Incoming, WebIncoming } from './incoming.ts'
export type { LifespanFunction } from './lifespan.ts'
export { DEFAULT_LIMITS, type Limits } from './limits.ts'
export type { LoggedError } from './logged-error.ts'
export type { Middleware, Next } from './middleware.ts'
export type { Mount, Mountable, MountOptions } from './mounts.ts'
export type { Answered, Observation, Observer } from './observer.ts'
export type { OpenAPIObject, SecuritySchemeObject } from './openapi/types.ts'
export type { Operation } from './operation.ts'
export type { Overrides } from './overrides.ts'
export {
  Body,
  type BodyOptions,
  Cookie,
  type Declares,
  File,
  type FileOptions,
  Form,
  Header,
  type Param,
  type ParamOptions,
  Path,
  type Place,
  Query,
} from './params.ts'
export type { Plan } from './plan.ts'
export type { ProblemDetailsOptions, ProblemType } from './problem-details.ts'
export type { Application, Reply } from './reply.ts'
export { type RequestLogLine, type RequestLogOptions, requestLog } from './request-log.ts'
export type {
  DocumentedResponse,
  HandlerWithoutParams,
  HasPathNames,
  Method,
  OperationOptions,
  PathNames,
  Route,
  Sent,
  Verb,
} from './route.ts'
export { type IncludeOptions, Router, type RouterOptions } from './router.ts'
export type { JSONSchema, Schema } from './schema.ts'
export { RequiredScopes } from './scopes.ts'
export { Secret } from './secret.ts'
