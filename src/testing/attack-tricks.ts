import { withHeader, withQuery } from './attack-credentials.ts'
import type { AttackRequest } from './attack-requests.ts'

/** A request that tries to get in beside the door. */
export interface Trick {
  /** In words. */
  readonly name: string
  /**
   * What must come back: `exact` is sent to the operation as it is, and is refused with 401 or 403; `other` may match nothing, and only
   * must not run what is secured.
   */
  readonly kind: 'exact' | 'other'
  readonly request: AttackRequest
}

/** The name that is planted as a host, to be looked for in answers. */
export const EVIL_HOST = 'attacker.invalid'

/**
 * Ways past an operation's door, all without credentials.
 *
 * @param request what matches the operation.
 */
export function tricksOf(request: AttackRequest): Trick[] {
  return [...methodTricks(request), ...spellingTricks(request), ...headerTricks(request), ...bodyTricks(request)]
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'get', 'GETX']
const METHOD_HEADERS = ['x-http-method-override', 'x-http-method', 'x-method-override', 'x-method']

function methodTricks(request: AttackRequest): Trick[] {
  const { method } = request
  const tricks = METHODS.filter((other) => other !== method).map(
    (other): Trick => ({
      name: `the method ${other}`,
      kind: other === 'HEAD' && method === 'GET' ? 'exact' : 'other',
      request: { ...request, method: other },
    }),
  )
  for (const over of ['GET', 'POST'].filter((other) => other !== method)) {
    const sent = { ...request, method: over }
    for (const name of METHOD_HEADERS) {
      tricks.push({ name: `${over} with ${name}`, kind: 'other', request: withHeader(sent, name, method) })
    }
    tricks.push({
      name: `${over} with _method in the query`,
      kind: 'other',
      request: withQuery(sent, '_method', method),
    })
  }
  const form = withHeader({ ...bare(request), method: 'POST' }, 'content-type', 'application/x-www-form-urlencoded')
  tricks.push({ name: 'POST with _method in a form', kind: 'other', request: { ...form, body: `_method=${method}` } })
  for (const name of METHOD_HEADERS) {
    tricks.push({ name: `OPTIONS in ${name}`, kind: 'exact', request: withHeader(request, name, 'OPTIONS') })
  }
  const preflight = withHeader({ ...bare(request), method: 'OPTIONS' }, 'origin', `https://${EVIL_HOST}`)
  tricks.push({
    name: 'a CORS preflight',
    kind: 'other',
    request: withHeader(preflight, 'access-control-request-method', method),
  })
  return tricks
}

/** Ways to write a path that a careless reader takes for another one, or for the same. */
export function spellingsOf(path: string): { readonly name: string; readonly path: string }[] {
  const at = path.lastIndexOf('/', path.length - 2)
  const [front, last] = [path.slice(0, at + 1), path.slice(at + 1)]
  const letter = /[a-z]/i.exec(last)
  const coded = (capital: boolean): string => {
    const code = (letter?.[0] ?? 'a').charCodeAt(0).toString(16)
    return `%${capital ? code.toUpperCase() : code}`
  }
  const replaced = (by: string): string => (letter ? front + last.replace(letter[0], by) : path)
  const first = path.indexOf('/', 1) === -1 ? path : path.slice(0, path.indexOf('/', 1))
  const spellings: Record<string, string> = {
    'a trailing slash': path.endsWith('/') ? path.slice(0, -1) : `${path}/`,
    'two trailing slashes': `${path}//`,
    'a double slash in front': `/${path}`,
    'a double slash inside': `${front}/${last}`,
    'a segment .': `${front}./${last}`,
    'a segment . at the end': `${path}/.`,
    'a segment ..': `${front}x/../${last}`,
    'a segment .. at the end': `${path}/x/..`,
    'a segment %2e': `${front}%2e/${last}`,
    'segments %2e%2e': `${front}x/%2e%2e/${last}`,
    'segments .%2E': `${front}x/.%2E/${last}`,
    'an encoded slash': at > 0 ? `${path.slice(0, at)}%2f${last}` : `/%2f${last}`,
    'an encoded slash, capital': at > 0 ? `${path.slice(0, at)}%2F${last}` : `/%2F${last}`,
    'an encoded slash at the end': `${path}%2f`,
    'a double-encoded slash': `${front}%252f${last}`,
    'an encoded letter': replaced(coded(false)),
    'an encoded letter, capital': replaced(coded(true)),
    'a double-encoded letter': replaced(coded(false).replace('%', '%25')),
    'all letters encoded': path.replace(/[a-z]/gi, (each) => `%${each.charCodeAt(0).toString(16)}`),
    capitals: path.toUpperCase(),
    'a capital': replaced((letter?.[0] ?? 'a').toUpperCase()),
    'a full-width letter': replaced(encodeURIComponent('\uff41')),
    'an overlong letter': replaced('%c1%a1'),
    'parameters of the path': `${path};x=y`,
    'parameters of a segment': `${first};x=y${path.slice(first.length)}`,
    'a jsessionid': `${path};jsessionid=1`,
    'an encoded semicolon': `${path}%3bx`,
    'an encoded NUL': `${path}%00`,
    'an encoded NUL and an extension': `${path}%00.css`,
    'an extension': `${path}.json`,
    'an extension of a file': `${path}.css`,
    'an encoded line break': `${path}%0d%0a`,
    'an encoded space': `${path}%20`,
    'a space': `${path} `,
    'a dot at the end': `${path}.`,
    'a backslash': `${front.slice(0, -1)}\\${last}`,
    'an encoded backslash': `${front.slice(0, -1)}%5c${last}`,
    'a fragment': `${path}#x`,
    'an encoded fragment': `${path}%23x`,
    'an encoded question mark': `${path}%3fx`,
    'broken encoding': `${path}%`,
    'broken encoding, no digits': `${path}%zz`,
    'a tilde at the end': `${path}~`,
    'another path in front': `/x/..${path}`,
    'the docs in front': `/docs/..${path}`,
    'an absolute form': `http://${EVIL_HOST}${path}`,
    'an authority in front': `//${EVIL_HOST}${path}`,
    'no slash in front': path.slice(1),
  }
  return Object.entries(spellings)
    .filter(([, spelled]) => spelled !== path)
    .map(([name, spelled]) => ({ name, path: spelled }))
}

function spellingTricks(request: AttackRequest): Trick[] {
  const [path = '', query] = request.target.split('?')
  return spellingsOf(path).map(({ name, path: spelled }) => ({
    name: `the path with ${name}`,
    kind: 'other',
    request: { ...request, target: query === undefined ? spelled : `${spelled}?${query}` },
  }))
}

function headerTricks(request: AttackRequest): Trick[] {
  const [path = ''] = request.target.split('?')
  const one = (name: string, value: string): Trick => ({
    name: `${name}: ${value === path ? 'the path' : value}`,
    kind: 'exact',
    request: withHeader(request, name, value),
  })
  const elsewhere = (name: string): Trick => ({
    name: `another path, with ${name}: the path`,
    kind: 'other',
    request: withHeader({ ...request, target: '/' }, name, path),
  })
  const addresses = [
    ...['x-forwarded-for', 'x-real-ip', 'x-client-ip', 'x-originating-ip', 'x-remote-addr', 'x-remote-ip'],
    ...['client-ip', 'true-client-ip', 'cf-connecting-ip', 'fastly-client-ip', 'x-cluster-client-ip'],
  ]
  const users = ['x-forwarded-user', 'x-remote-user', 'remote-user', 'x-user', 'x-user-id', 'x-authenticated-user']
  const flags = ['x-internal', 'x-admin', 'x-debug', 'x-test', 'x-health-check', 'x-authenticated', 'x-verified']
  return [
    one('host', 'localhost'),
    one('host', '127.0.0.1'),
    one('host', EVIL_HOST),
    ...addresses.map((name) => one(name, '127.0.0.1')),
    one('x-forwarded-for', '::1'),
    one('x-forwarded-for', '10.0.0.1, 127.0.0.1'),
    one('forwarded', 'for=127.0.0.1;host=localhost;proto=https'),
    one('x-forwarded-host', 'localhost'),
    one('x-forwarded-host', EVIL_HOST),
    one('x-forwarded-server', EVIL_HOST),
    one('x-forwarded-proto', 'https'),
    one('x-forwarded-port', '443'),
    one('x-forwarded-prefix', `//${EVIL_HOST}`),
    one('x-original-url', '/'),
    one('x-rewrite-url', '/'),
    one('x-original-uri', '/'),
    one('x-original-url', path),
    ...['x-original-url', 'x-rewrite-url', 'x-original-uri', 'x-forwarded-uri', 'x-forwarded-path'].map(elsewhere),
    ...users.map((name) => one(name, 'admin')),
    ...flags.map((name) => one(name, 'true')),
    one('x-ssl-client-verify', 'SUCCESS'),
    one('x-client-verify', 'SUCCESS'),
    one('x-client-cert', 'MIIB'),
    one('client-cert', ':MIIB:'),
    one('x-middleware-subrequest', 'middleware:middleware:middleware:middleware:middleware'),
    one('origin', 'null'),
    one('origin', 'http://localhost'),
    one('referer', 'http://localhost/'),
    one('sec-fetch-site', 'same-origin'),
    one('user-agent', 'kube-probe/1.0'),
    one('content-length', '0'),
    one('connection', 'authorization, close'),
    one('accept', 'text/html'),
  ]
}

/** DESIGN: whoever has no credentials does not make us read a body, whatever it is. */
function bodyTricks(request: AttackRequest): Trick[] {
  if (request.method === 'GET' || request.method === 'HEAD') return []
  const body = (name: string, type: string | undefined, text: string): Trick => {
    const made = { ...bare(request), body: text }
    return { name, kind: 'exact', request: type === undefined ? made : withHeader(made, 'content-type', type) }
  }
  return [
    body('a body that is no JSON', 'application/json', '{"a":'),
    body('a body of 2 MiB', 'application/json', `"${'a'.repeat(2 * 2 ** 20)}"`),
    body('a body nested 10 000 deep', 'application/json', '['.repeat(10_000)),
    body('a body with __proto__', 'application/json', '{"__proto__":{"admin":true}}'),
    body('JSON said to be text', 'text/plain', '{}'),
    body('JSON said to be a form', 'application/x-www-form-urlencoded', '{}'),
    body('JSON said to be XML', 'application/xml', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'),
    body('a body without a type', undefined, '{}'),
    body('a type that is none', 'application', '{}'),
    body('a multipart body without a boundary', 'multipart/form-data', '--x'),
    body('a broken multipart body', 'multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data'),
    body('an unknown charset', 'application/json; charset=x-none', '{}'),
    { name: 'no body', kind: 'exact', request: bare(request) },
  ]
}

/** Without its body and what is said of it. */
function bare({ body: _, ...request }: AttackRequest): AttackRequest {
  return { ...request, headers: request.headers.filter(([name]) => !/^content-/i.test(name)) }
}
