import type { Scheme } from '../declaration.ts'
import { certificateForms } from './attack-certificates.ts'
import { base64, type Place, placeOf, withCookie, withCredential, withHeader, withQuery } from './attack-credentials.ts'
import type { AttackRequest } from './attack-requests.ts'

/** A wrong way to send a scheme's credentials. */
export interface Form {
  /** In words, without what is sent. */
  readonly name: string
  /** `broken` can be refused by whoever reads it; `wrong` only by whoever verifies. */
  readonly kind: 'broken' | 'wrong'
  apply(request: AttackRequest): AttackRequest
}

/**
 * Credentials of a scheme that nobody may accept, made without knowing a good one.
 *
 * @param canary a text that is planted in them, to be looked for in answers.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.4
 */
export function formsOf(scheme: Scheme, canary: string): Form[] {
  const place = placeOf(scheme)
  if (place.in === 'connection') return certificateForms()
  if (place.in !== 'authorization') return keyForms(place, canary)
  const { authScheme } = place
  const whole = scheme.model.type !== 'http' && !scheme.verifiesScopes
  return [
    ...authorizationForms(authScheme, canary, whole),
    ...(authScheme.toLowerCase() === 'basic' ? basicForms(canary) : tokenForms(authScheme, canary)),
  ]
}

/** Names that an object has of its prototype, and what a careless program writes for nothing. */
const NAMES = ['constructor', '__proto__', 'toString', 'undefined', 'null', 'NaN', 'true', '0', '*', '%', "' OR '1'='1"]

function authorizationForms(authScheme: string, canary: string, whole: boolean): Form[] {
  const other = authScheme.toLowerCase() === 'basic' ? 'Bearer' : 'Basic'
  // A scheme may hand on the whole value of Authorization, whatever it is: then only a verifier can refuse these.
  const kind = whole ? 'wrong' : 'broken'
  const header = (name: string, value: string, as: Form['kind'] = kind): Form => ({
    name,
    kind: as,
    apply: (request) => withHeader(request, 'authorization', value),
  })
  return [
    header('an empty Authorization', '', 'broken'),
    header(`${authScheme} with nothing after it`, authScheme),
    header(`${authScheme} and spaces`, `${authScheme}   `),
    header(`the auth-scheme ${other}`, `${other} ${base64(`user:${canary}`)}`),
    header('an unknown auth-scheme', `Sesame ${canary}`),
    header('no auth-scheme', canary),
    header(`${authScheme} without a space behind it`, `${authScheme}${canary}`),
    header(`${authScheme} and a colon`, `${authScheme}:${canary}`),
    header(`two auth-schemes, ${other} first`, `${other} dTpw, ${authScheme} ${canary}`, 'wrong'),
    header(`two auth-schemes, ${authScheme} first`, `${authScheme} ${canary}, ${other} dTpw`, 'wrong'),
    header('a control character in the credentials', `${authScheme} a\x01${canary}`, 'wrong'),
    header('a tab in the credentials', `${authScheme}\t${canary}`, 'wrong'),
    header('characters outside of ASCII', `${authScheme} ÿ${canary}`, 'wrong'),
    header('8 KiB of credentials', `${authScheme} ${canary}${'A'.repeat(8192)}`, 'wrong'),
    {
      name: 'two Authorization lines',
      kind: 'wrong',
      apply: (request) =>
        withHeader(
          withHeader(request, 'authorization', `${authScheme} ${canary}`),
          'authorization',
          `${authScheme} ${canary}`,
        ),
    },
  ]
}

function tokenForms(authScheme: string, canary: string): Form[] {
  const header = (name: string, text: string): Form => ({
    name,
    kind: 'wrong',
    apply: (request) => withHeader(request, 'authorization', `${authScheme} ${text}`),
  })
  return [
    header('a token that nobody issued', canary),
    header('a token of three parts that nobody issued', `${base64(canary)}.${base64('{}')}.${base64('x')}`),
    ...NAMES.map((name) => header(`the token ${name}`, name)),
  ]
}

function basicForms(canary: string): Form[] {
  const header = (name: string, text: string, kind: Form['kind'] = 'broken'): Form => ({
    name,
    kind,
    apply: (request) => withHeader(request, 'authorization', `Basic ${text}`),
  })
  return [
    header('Basic that is no base64', `!${canary}`),
    header('Basic without a colon', base64(canary)),
    header('Basic with broken padding', 'dTpw='),
    header('Basic that is no UTF-8', 'dTr/'),
    header('Basic with a control character', base64('user:\0')),
    header('an empty name and password', base64(':'), 'wrong'),
    header('a wrong name and password', base64(`user:${canary}`), 'wrong'),
    header('an empty password', base64('admin:'), 'wrong'),
    ...NAMES.map((name) => header(`the name and password ${name}`, base64(`${name}:${name}`), 'wrong')),
  ]
}

function keyForms(place: Place & { readonly in: 'header' | 'query' | 'cookie' }, canary: string): Form[] {
  const text = (name: string, value: string, kind: Form['kind'] = 'wrong'): Form => ({
    name,
    kind,
    apply: (request) => withCredential(request, place, value),
  })
  const twice: Form = {
    name: 'a wrong key twice',
    kind: 'wrong',
    apply: (request) => withCredential(withCredential(request, place, canary), place, canary),
  }
  return [
    text('an empty key', '', 'broken'),
    text('a key that nobody issued', canary),
    text('8 KiB of key', `${canary}${'A'.repeat(8192)}`),
    ...NAMES.map((name) => text(`the key ${name}`, place.in === 'cookie' ? encodeURIComponent(name) : name)),
    twice,
    ...elsewhere(place, canary).map((form): Form => ({ ...form, kind: 'broken' })),
  ]
}

const PARAMETERS = ['access_token', 'token', 'api_key', 'apikey', 'key', 'auth', 'authorization']
const HEADERS = ['x-api-key', 'x-access-token', 'x-auth-token', 'x-authorization', 'proxy-authorization']
const COOKIES = ['access_token', 'token', 'session', 'jwt', 'authorization']

/** A credential at places that its scheme does not name. */
export function elsewhere(place: Place, text: string): Omit<Form, 'kind'>[] {
  const own = place.in === 'header' || place.in === 'query' || place.in === 'cookie' ? [place.name] : []
  const isOwn = (at: Place['in'], name: string): boolean =>
    place.in === at && own.some((each) => (at === 'header' ? each.toLowerCase() : each) === name)
  return [
    ...[...own, ...PARAMETERS].flatMap((name) =>
      isOwn('query', name) ? [] : [{ name: `the credential in the query as ${name}`, apply: query(name, text) }],
    ),
    ...[...own, ...HEADERS].flatMap((name) =>
      place.in === 'header' && own[0]?.toLowerCase() === name.toLowerCase()
        ? []
        : [{ name: `the credential in the header ${name}`, apply: header(name, text) }],
    ),
    ...[...own, ...COOKIES].flatMap((name) =>
      isOwn('cookie', name) ? [] : [{ name: `the credential in the cookie ${name}`, apply: cookie(name, text) }],
    ),
    ...(place.in === 'authorization'
      ? [
          {
            name: 'the credential in a form',
            apply: (request: AttackRequest) => ({
              ...withHeader(
                withoutHeader(request, 'content-type'),
                'content-type',
                'application/x-www-form-urlencoded',
              ),
              body: `access_token=${encodeURIComponent(text)}`,
            }),
          },
        ]
      : []),
  ]
}

const query = (name: string, text: string) => (request: AttackRequest) => withQuery(request, name, text)
const cookie = (name: string, text: string) => (request: AttackRequest) => withCookie(request, name, text)
const header = (name: string, text: string) => (request: AttackRequest) =>
  withHeader(request, name, name.includes('authorization') ? `Bearer ${text}` : text)

function withoutHeader(request: AttackRequest, name: string): AttackRequest {
  return { ...request, headers: request.headers.filter(([each]) => each.toLowerCase() !== name) }
}

/** Texts that are nearly a good one: what compares beginnings, ignores case or trims would take them. */
export function nearMisses(text: string): { readonly name: string; readonly text: string }[] {
  const swapped = [...text]
    .map((character) => (character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase()))
    .join('')
  const misses = [
    { name: 'without its last character', text: text.slice(0, -1) },
    { name: 'without its last quarter', text: text.slice(0, Math.ceil(text.length * 0.75)) },
    { name: 'its first half', text: text.slice(0, Math.ceil(text.length / 2)) },
    { name: 'its first character', text: text.slice(0, 1) },
    { name: 'without its first character', text: text.slice(1) },
    { name: 'with one more character', text: `${text}x` },
    { name: 'with one more character in front', text: `x${text}` },
    { name: 'in the other case', text: swapped },
    { name: 'twice, with a comma', text: `${text}, ${text}` },
    { name: 'with quotes', text: `"${text}"` },
    { name: 'with a NUL spelled out', text: `${text}%00` },
  ]
  return misses.filter((miss) => miss.text !== '' && miss.text !== text)
}
