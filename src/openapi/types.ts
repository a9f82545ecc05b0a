/** The objects of an OpenAPI 3.1 document, as far as we write them; names and spelling are the specification's. */
import type { JSONSchema } from '../schema.ts'

/** @see https://spec.openapis.org/oas/v3.1.1.html#openapi-object */
export interface OpenAPIObject {
  openapi: '3.1.0'
  info: InfoObject
  servers?: ServerObject[]
  paths: Record<string, PathItemObject>
  components?: ComponentsObject
  tags?: TagObject[]
  externalDocs?: ExternalDocumentationObject
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#info-object */
export interface InfoObject {
  title: string
  version: string
  summary?: string
  description?: string
  termsOfService?: string
  contact?: { name?: string; url?: string; email?: string }
  license?: { name: string; identifier?: string; url?: string }
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#server-object */
export interface ServerObject {
  url: string
  description?: string
  variables?: Record<string, { default: string; enum?: string[]; description?: string }>
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#tag-object */
export interface TagObject {
  name: string
  description?: string
  externalDocs?: ExternalDocumentationObject
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#external-documentation-object */
export interface ExternalDocumentationObject {
  url: string
  description?: string
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#components-object */
export interface ComponentsObject {
  schemas?: Record<string, JSONSchema>
  securitySchemes?: Record<string, SecuritySchemeObject>
}

/** The methods that a path item of OpenAPI 3.1 can hold. */
export type OpenAPIMethod = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch' | 'trace'

/** @see https://spec.openapis.org/oas/v3.1.1.html#path-item-object */
export type PathItemObject = { [Method in OpenAPIMethod]?: OperationObject }

/** @see https://spec.openapis.org/oas/v3.1.1.html#operation-object */
export interface OperationObject {
  tags?: string[]
  summary?: string
  description?: string
  externalDocs?: ExternalDocumentationObject
  operationId?: string
  parameters?: ParameterObject[]
  requestBody?: RequestBodyObject
  responses: Record<string, ResponseObject>
  deprecated?: boolean
  security?: SecurityRequirementObject[]
  [extension: `x-${string}`]: unknown
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#parameter-object */
export interface ParameterObject {
  name: string
  in: 'query' | 'header' | 'path' | 'cookie'
  description?: string
  required?: boolean
  deprecated?: boolean
  schema?: JSONSchema
  example?: unknown
  examples?: Record<string, ExampleObject>
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#example-object */
export interface ExampleObject {
  summary?: string
  description?: string
  value?: unknown
  externalValue?: string
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#request-body-object */
export interface RequestBodyObject {
  description?: string
  content: Record<string, MediaTypeObject>
  required?: boolean
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#media-type-object */
export interface MediaTypeObject {
  schema?: JSONSchema
  example?: unknown
  examples?: Record<string, ExampleObject>
  encoding?: Record<string, { contentType?: string }>
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#response-object */
export interface ResponseObject {
  description: string
  headers?: Record<string, HeaderObject>
  content?: Record<string, MediaTypeObject>
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#header-object */
export interface HeaderObject {
  description?: string
  required?: boolean
  schema?: JSONSchema
  example?: unknown
  examples?: Record<string, ExampleObject>
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object */
export type SecurityRequirementObject = Record<string, string[]>

/** @see https://spec.openapis.org/oas/v3.1.1.html#security-scheme-object */
export type SecuritySchemeObject =
  | { type: 'apiKey'; description?: string; in: 'query' | 'header' | 'cookie'; name: string }
  | { type: 'http'; description?: string; scheme: string; bearerFormat?: string }
  | { type: 'oauth2'; description?: string; flows: OAuthFlowsObject }
  | { type: 'openIdConnect'; description?: string; openIdConnectUrl: string }
  | { type: 'mutualTLS'; description?: string }

/** @see https://spec.openapis.org/oas/v3.1.1.html#oauth-flows-object */
export interface OAuthFlowsObject {
  implicit?: OAuthFlowObject & { authorizationUrl: string }
  password?: OAuthFlowObject & { tokenUrl: string }
  clientCredentials?: OAuthFlowObject & { tokenUrl: string }
  authorizationCode?: OAuthFlowObject & { authorizationUrl: string; tokenUrl: string }
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#oauth-flow-object */
export interface OAuthFlowObject {
  refreshUrl?: string
  scopes: Record<string, string>
}
