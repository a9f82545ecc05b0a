import type { Scheme } from '../declaration.ts'
import type { Credential } from './attack-options.ts'
import type { AttackRequest } from './attack-requests.ts'
import { certificateOfText } from './certificate-text.ts'

/** Where a scheme reads its credentials, by what the document says of it. */
export type Place =
  | { readonly in: 'authorization'; readonly authScheme: string }
  | { readonly in: 'header' | 'query' | 'cookie'; readonly name: string }
  | { readonly in: 'connection' }

/** The place of a scheme's credentials. */
export function placeOf({ model }: Pick<Scheme, 'model'>): Place {
  switch (model.type) {
    case 'apiKey':
      return { in: model.in, name: model.name }
    case 'mutualTLS':
      return { in: 'connection' }
    case 'http':
      return { in: 'authorization', authScheme: model.scheme.slice(0, 1).toUpperCase() + model.scheme.slice(1) }
    default:
      return { in: 'authorization', authScheme: 'Bearer' }
  }
}

/** A request with a credential at the place of its scheme. */
export function withCredential(request: AttackRequest, place: Place, credential: Credential): AttackRequest {
  if (typeof credential === 'string') return withText(request, place, credential)
  let made = request
  for (const [name, value] of Object.entries(credential.headers ?? {})) made = withHeader(made, name, value)
  for (const [name, value] of Object.entries(credential.query ?? {})) made = withQuery(made, name, value)
  for (const [name, value] of Object.entries(credential.cookies ?? {})) made = withCookie(made, name, value)
  const { certificate } = credential
  return certificate === undefined ? made : { ...made, certificate: certificateOfText(certificate) }
}

function withText(request: AttackRequest, place: Place, text: string): AttackRequest {
  switch (place.in) {
    case 'authorization':
      return withHeader(request, 'authorization', `${place.authScheme} ${encoded(place.authScheme, text)}`)
    case 'header':
      return withHeader(request, place.name, text)
    case 'query':
      return withQuery(request, place.name, text)
    case 'cookie':
      return withCookie(request, place.name, text)
    case 'connection':
      return { ...request, certificate: certificateOfText(text) }
  }
}

function encoded(authScheme: string, text: string): string {
  return authScheme.toLowerCase() === 'basic' ? base64(text) : text
}

/** The texts of a credential: what no answer may hold. A certificate is no secret. */
export function textsOf(credential: Credential): string[] {
  if (typeof credential === 'string') return [credential]
  return [credential.headers, credential.query, credential.cookies].flatMap((values) =>
    Object.values(values ?? {}).map((value) => value.replace(/^[A-Za-z]+ /, '')),
  )
}

/** The text at the place of a scheme in a credential; undefined where there is none. */
export function textOf(credential: Credential, place: Place): string | undefined {
  if (typeof credential === 'string') return credential
  if (place.in === 'connection') return credential.certificate
  const found = partOf(credential, place)
  if (found === undefined || place.in !== 'authorization') return found?.value
  const [, authScheme = '', rest] = /^([!-~]+) +(.+)$/.exec(found.value) ?? []
  if (authScheme.toLowerCase() !== place.authScheme.toLowerCase()) return undefined
  return authScheme.toLowerCase() === 'basic' && rest ? fromBase64(rest) : rest
}

/** A credential with another text at the place of its scheme, and all else as it was. */
export function withTextIn(credential: Credential, place: Place, text: string): Credential {
  if (typeof credential === 'string') return text
  const found = partOf(credential, place)
  if (found === undefined) return credential
  const value = place.in === 'authorization' ? `${place.authScheme} ${encoded(place.authScheme, text)}` : text
  return { ...credential, [found.kind]: { ...credential[found.kind], [found.name]: value } }
}

/** The part of a credential that stands where its scheme reads. */
function partOf(
  credential: Exclude<Credential, string>,
  place: Place,
): { readonly kind: 'headers' | 'query' | 'cookies'; readonly name: string; readonly value: string } | undefined {
  if (place.in === 'connection') return undefined
  const kind = place.in === 'query' ? 'query' : place.in === 'cookie' ? 'cookies' : 'headers'
  const wanted = place.in === 'authorization' ? 'authorization' : place.name
  const same = (name: string): boolean =>
    kind === 'headers' ? name.toLowerCase() === wanted.toLowerCase() : name === wanted
  const [name, value] = Object.entries(credential[kind] ?? {}).find(([each]) => same(each)) ?? []
  return name === undefined || value === undefined ? undefined : { kind, name, value }
}

/** A request with one more header line. */
export function withHeader(request: AttackRequest, name: string, value: string): AttackRequest {
  return { ...request, headers: [...request.headers, [name, value]] }
}

/** A request with one more query parameter. */
export function withQuery(request: AttackRequest, name: string, value: string): AttackRequest {
  const mark = request.target.includes('?') ? '&' : '?'
  return { ...request, target: `${request.target}${mark}${encodeURIComponent(name)}=${encodeURIComponent(value)}` }
}

/** A request with one more cookie. */
export function withCookie(request: AttackRequest, name: string, value: string): AttackRequest {
  const at = request.headers.findIndex(([header]) => header.toLowerCase() === 'cookie')
  const before = request.headers[at]
  if (before === undefined) return withHeader(request, 'cookie', `${name}=${value}`)
  return { ...request, headers: request.headers.with(at, ['cookie', `${before[1]}; ${name}=${value}`]) }
}

/** Base64 of the text's UTF-8. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

function fromBase64(text: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
}
