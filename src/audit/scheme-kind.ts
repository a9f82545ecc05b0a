import type { SecuritySchemeObject } from '../openapi/types.ts'

/**
 * What a scheme is, in a word or two that stay the same while it does: a change of it is a change of what is asked for.
 *
 * A provider of identities is part of it; a token URL, which only tells clients where to go, is not.
 */
export function kindOf(model: SecuritySchemeObject): string {
  switch (model.type) {
    case 'apiKey':
      return `apiKey in ${model.in}`
    case 'http':
      return `http ${model.scheme.toLowerCase()}`
    case 'openIdConnect':
      return `openIdConnect of ${model.openIdConnectUrl}`
    default:
      return model.type
  }
}

/** What one has who can use a scheme, in words. */
export function credentialsText(model: SecuritySchemeObject): string {
  switch (model.type) {
    case 'apiKey':
      return `the key in the ${model.in === 'query' ? 'query parameter' : model.in} ${model.name}`
    case 'http':
      return HTTP[model.scheme.toLowerCase()] ?? `credentials of the auth-scheme ${model.scheme}`
    case 'oauth2':
      return 'an OAuth 2 token'
    case 'openIdConnect':
      return 'an OpenID Connect token'
    default:
      return 'a client certificate'
  }
}

/** Where a scheme reads; two schemes with the same text read the same. Undefined: a certificate, which is part of the connection. */
export function placeOf(model: SecuritySchemeObject): string | undefined {
  switch (model.type) {
    case 'apiKey':
      return `the ${model.in === 'query' ? 'query parameter' : model.in} ${model.in === 'header' ? model.name.toLowerCase() : model.name}`
    case 'mutualTLS':
      return undefined
    default:
      return 'the header authorization'
  }
}

const HTTP: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  basic: 'a user name and password',
  bearer: 'a bearer token',
  digest: 'a user name and password (Digest)',
})
