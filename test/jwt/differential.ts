import { isDeepStrictEqual } from 'node:util'
import { importJWK, type JWK, jwtVerify } from 'jose'
import { ALGORITHMS, type AlgorithmName, JWTError, JWTVerifier, Key } from '../../src/jwt/index.ts'

/** A subject of the comparison: our verifier, jose's key, and a way to sign any two texts. */
export interface Subject {
  readonly algorithm: AlgorithmName
  readonly verifier: JWTVerifier
  readonly joseKey: CryptoKey | Uint8Array
  readonly sign: (header: string, payload: string) => Promise<string>
}

export const NOW = 1_800_000_000
const ISSUER = 'https://accounts.example'
const AUDIENCE = 'https://api.example'
const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: 'johndoe', scope: 'me items', iat: NOW - 60, exp: NOW + 600 }

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url')
const decode = (text: string): string => Buffer.from(text, 'base64url').toString('utf8')

export async function subjectFor(algorithm: AlgorithmName): Promise<Subject> {
  const key = await Key.generate(algorithm, { kid: 'one', modulusLength: 2048 })
  const jwk: JWK = key.exportPrivateJWK()
  const { kty, crv, x, y, n, e, k } = jwk
  const open = JSON.parse(JSON.stringify({ kty, crv, x, y, n, e, k })) as JWK
  return {
    algorithm,
    verifier: new JWTVerifier({
      keys: key,
      issuer: ISSUER,
      audience: AUDIENCE,
      cache: false,
      clock: () => NOW * 1000,
    }),
    joseKey: (await importJWK(open, algorithm)) as CryptoKey | Uint8Array,
    sign: (header, payload) => key.sign(encode(header), encode(payload)),
  }
}

export const SUBJECTS: readonly AlgorithmName[] = ALGORITHMS

/** What the comparison counts. */
export interface Tally {
  bothAccept: number
  bothRefuse: number
  /** jose takes it and we do not, for a reason that is checked apart from our own code. */
  stricter: Map<string, number>
  readonly failures: string[]
}

export const newTally = (): Tally => ({ bothAccept: 0, bothRefuse: 0, stricter: new Map(), failures: [] })

/**
 * Verifies one token with both. Taking what jose refuses is a failure always; refusing what jose takes is one unless
 * {@link strictness} names the rule.
 */
export async function compare(subject: Subject, token: string, tally: Tally): Promise<void> {
  const ours = await settle(async () => subject.verifier.check(token))
  const theirs = await settle(async () => {
    const { payload } = await jwtVerify(token, subject.joseKey, {
      algorithms: [subject.algorithm],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['exp'],
      currentDate: new Date(NOW * 1000),
    })
    return payload
  })
  if (ours.error !== undefined && !(ours.error instanceof JWTError)) {
    tally.failures.push(`${subject.algorithm}: threw ${String(ours.error)} for ${token}`)
  } else if (ours.error === undefined && theirs.error === undefined) {
    if (isDeepStrictEqual(ours.value, theirs.value)) tally.bothAccept++
    else tally.failures.push(`${subject.algorithm}: other claims for ${token}`)
  } else if (ours.error === undefined) {
    tally.failures.push(`${subject.algorithm}: taken, but jose says ${String(theirs.error)}: ${token}`)
  } else if (theirs.error !== undefined) tally.bothRefuse++
  else {
    const rule = strictness(token)
    if (rule === undefined) tally.failures.push(`${subject.algorithm}: ${String(ours.error)}, but jose takes ${token}`)
    else tally.stricter.set(rule, (tally.stricter.get(rule) ?? 0) + 1)
  }
}

async function settle(run: () => Promise<unknown>): Promise<{ readonly value?: unknown; readonly error?: unknown }> {
  try {
    return { value: await run() }
  } catch (error) {
    return { error: error ?? new Error('undefined was thrown') }
  }
}

/** The rule by which we refuse more than jose does, told without any of our own parsers. */
function strictness(token: string): string | undefined {
  const segments = token.split('.')
  if (segments.some((segment) => Buffer.from(segment, 'base64url').toString('base64url') !== segment)) {
    return 'base64url that is not canonical'
  }
  const [header = '', payload = ''] = segments.map(decode)
  if (header.startsWith('\ufeff') || payload.startsWith('\ufeff')) return 'a byte order mark'
  const parsedHeader = JSON.parse(header)
  const parsedPayload = JSON.parse(payload)
  if (/__proto__/.test(header + payload)) return 'the name __proto__'
  if (compact(header) !== compact(JSON.stringify(parsedHeader))) return 'a name given twice in the header'
  if (compact(payload) !== compact(JSON.stringify(parsedPayload))) return 'a name given twice in the claims'
  if ('typ' in parsedHeader && String(parsedHeader.typ).toLowerCase().replace('application/', '') !== 'jwt') {
    return 'typ of another kind of token'
  }
  if ('kid' in parsedHeader && typeof parsedHeader.kid !== 'string') return 'kid that is not a text'
  if ('enc' in parsedHeader) return 'enc in the header of a JWS'
  if ('b64' in parsedHeader) return 'b64'
  for (const name of ['iss', 'sub', 'jti']) {
    if (name in parsedPayload && typeof parsedPayload[name] !== 'string') return `${name} that is not a text`
  }
  if (Array.isArray(parsedPayload.aud) && parsedPayload.aud.some((one: unknown) => typeof one !== 'string')) {
    return 'aud that is not all texts'
  }
  for (const name of ['exp', 'nbf', 'iat']) {
    if (name in parsedPayload && !Number.isFinite(parsedPayload[name])) return `${name} that is not finite`
  }
  if (depth(parsedPayload) > 16) return 'nesting over 16'
  return undefined
}

/** Without white space outside of texts, and with numbers and escapes as they are written anew. */
const compact = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|\s+|[-+\d.eE]+/g, (part) => {
    if (/^\s/.test(part)) return ''
    return part.startsWith('"') ? JSON.stringify(JSON.parse(part)) : '0'
  })

function depth(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depth))
}

/** A small, seeded generator (mulberry32), so that a failure can be run again. */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const HEADERS: ReadonlyArray<(alg: string) => string> = [
  (alg) => `{"alg":"${alg}"}`,
  (alg) => `{"alg":"${alg}","typ":"JWT"}`,
  (alg) => `{"alg":"${alg}","typ":"jwt","kid":"one"}`,
  (alg) => `{"typ":"application/jwt","alg":"${alg}"}`,
  (alg) => `{"alg":"${alg}","typ":"at+jwt"}`,
  (alg) => `{"alg":"${alg}","kid":7}`,
  (alg) => `{"alg":"${alg}","crit":["exp"],"exp":1}`,
  (alg) => `{"alg":"${alg}","crit":["b64"],"b64":true}`,
  (alg) => `{"alg":"${alg}","b64":false}`,
  (alg) => `{"alg":"${alg}","alg":"none"}`,
  (alg) => `{"alg":"none","alg":"${alg}"}`,
  (alg) => `{"alg":"${alg}","\\u0061lg":"${alg}"}`,
  (alg) => `{"alg":["${alg}"]}`,
  (alg) => `{"alg":"${alg.toLowerCase()}"}`,
  (alg) => `{"alg":"${alg}","enc":"A128GCM"}`,
  (alg) => `{"alg":"${alg}","__proto__":{"kid":"one"}}`,
  (alg) => `{"alg":"${alg}","jku":"https://attacker.example/jwks","jwk":{"kty":"oct","k":"AAAA"}}`,
  (alg) => `\ufeff{"alg":"${alg}"}`,
  (alg) => ` {"alg" :\n"${alg}" }`,
  () => '{"typ":"JWT"}',
  () => '{"alg":"none"}',
  () => '{"alg":"HS256"}',
  () => '[]',
  () => 'null',
  () => '',
]

const PAYLOADS: ReadonlyArray<() => string> = [
  ...[
    {},
    { exp: NOW },
    { exp: NOW + 0.5 },
    { exp: NOW - 1 },
    { exp: String(NOW + 600) },
    { exp: null },
    { exp: true },
    { nbf: NOW },
    { nbf: NOW + 1 },
    { nbf: NOW + 0.25 },
    { nbf: 'x' },
    { iat: NOW + 100 },
    { iat: 'now' },
    { aud: [AUDIENCE, 'other'] },
    { aud: [] },
    { aud: 'other' },
    { aud: [AUDIENCE, 7] },
    { aud: { 0: AUDIENCE, length: 1 } },
    { aud: null },
    { iss: 'https://attacker.example' },
    { iss: [ISSUER] },
    { iss: `${ISSUER}/` },
    { sub: 7 },
    { jti: {} },
    { name: 'Zoë 🛡', nested: { list: [1, { deep: [null, true] }] } },
    { constructor: 'x', toString: 'y', hasOwnProperty: 'z' },
  ].map((change) => () => JSON.stringify({ ...CLAIMS, ...change })),
  () => JSON.stringify({ ...CLAIMS, exp: undefined }),
  () => JSON.stringify(CLAIMS).replace(/"exp":\d+/, '"exp":1e999'),
  () => JSON.stringify(CLAIMS).replace(/"exp":(\d+)/, '"exp":$1.0e0'),
  () => JSON.stringify(CLAIMS).replace('{', `{"exp":${NOW - 5},`),
  () => JSON.stringify(CLAIMS).replace('{', '{"s\\u0075b":"admin",'),
  () => JSON.stringify(CLAIMS).replace('{', '{"__proto__":{"admin":true},'),
  () => JSON.stringify(CLAIMS).replace('{', '{"a":{"__proto__":1},'),
  () => JSON.stringify(CLAIMS).replace('{', `{"deep":${'['.repeat(20)}${']'.repeat(20)},`),
  () => JSON.stringify(CLAIMS).replace('{', `{"deep":${'['.repeat(14)}${']'.repeat(14)},`),
  () => JSON.stringify(CLAIMS).replace('{', '{"text":"a:b,{\\"c\\":[1]}\\\\",'),
  () => ` \r\n\t${JSON.stringify(CLAIMS, null, 2)}\n`,
  () => `\ufeff${JSON.stringify(CLAIMS)}`,
  () => `${JSON.stringify(CLAIMS)}x`,
  () => JSON.stringify([CLAIMS]),
  () => JSON.stringify(JSON.stringify(CLAIMS)),
  () => 'null',
  () => '',
]

/** Signed tokens to start from: every header with the plain claims and every payload with the plain header. */
export async function seeds({ algorithm, sign }: Subject): Promise<readonly string[]> {
  const tokens: string[] = []
  for (const header of HEADERS) tokens.push(await sign(header(algorithm), JSON.stringify(CLAIMS)))
  for (const payload of PAYLOADS) tokens.push(await sign(`{"alg":"${algorithm}","typ":"JWT"}`, payload()))
  return tokens
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const FOREIGN = ['=', '+', '/', '.', ' ', '\n', '\0', '?', 'é', 'İ', '😀', '%2e', '\u0141']

type Mutation = (token: string, pick: (below: number) => number) => string

const MUTATIONS: readonly Mutation[] = [
  // One character for another of the alphabet.
  (token, pick) => {
    const at = pick(token.length)
    return token.slice(0, at) + ALPHABET[pick(64)] + token.slice(at + 1)
  },
  // The last character of a segment: only its unused bits may differ.
  (token, pick) => {
    const segments = token.split('.')
    const one = pick(segments.length)
    const last = segments[one]?.at(-1) ?? 'A'
    const next = ALPHABET[(ALPHABET.indexOf(last) + 1 + pick(3)) % 64]
    segments[one] = `${segments[one]?.slice(0, -1)}${next}`
    return segments.join('.')
  },
  (token, pick) => {
    const at = pick(token.length + 1)
    return token.slice(0, at) + FOREIGN[pick(FOREIGN.length)] + token.slice(at)
  },
  (token, pick) => {
    const at = pick(token.length)
    return token.slice(0, at) + token.slice(at + 1 + pick(4))
  },
  (token, pick) => token.slice(0, pick(token.length)),
  (token, pick) => token + ['=', '==', '.', '.AAAA', 'A', ' ', '\n'][pick(7)],
  (token, pick) => {
    const segments = token.split('.')
    const [from, to] = [pick(segments.length), pick(segments.length)]
    segments[to] = segments[from] as string
    return segments.join('.')
  },
  // Another header in front of the same claims and signature.
  (token, pick) => {
    const [, payload, signature] = token.split('.')
    const header = HEADERS[pick(HEADERS.length)] as (alg: string) => string
    return `${encode(header(SUBJECTS[pick(SUBJECTS.length)] as string))}.${payload}.${signature}`
  },
  // Other claims behind the same header.
  (token, pick) => {
    const [header, , signature] = token.split('.')
    return `${header}.${encode((PAYLOADS[pick(PAYLOADS.length)] as () => string)())}.${signature}`
  },
  (token, pick) => {
    const [header, payload] = token.split('.')
    return `${header}.${payload}.${['', 'AA', 'AAAA', 'AAAA'.repeat(16)][pick(4)]}`
  },
  (token) => token,
]

export function mutate(token: string, next: () => number): string {
  const pick = (below: number): number => Math.floor(next() * below)
  let mutated = token
  for (let rounds = 1 + pick(2); rounds > 0; rounds--)
    mutated = (MUTATIONS[pick(MUTATIONS.length)] as Mutation)(mutated, pick)
  return mutated
}

const FRAGMENTS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\\\',
    '\\"',
    '\\u0000',
    '\\u0061',
    '\\ud800',
    ' ',
    '\n',
    '\t',
    '0',
    '-',
    '1e5',
    '.5',
    'null',
  ],
  ...[
    'true',
    '"exp":',
    '"sub":"x",',
    '"__proto__":1,',
    '"exp":1,',
    '{"a":1},',
    '\u2028',
    'é',
    '/*',
    '\0',
    '1e400',
    '""',
    '{}',
    '[[]]',
  ],
]

/** A token whose claims, or now and then header, were edited as text and then signed: what both have to parse. */
export async function editAndSign({ algorithm, sign }: Subject, next: () => number): Promise<string> {
  const pick = (below: number): number => Math.floor(next() * below)
  const edit = (text: string): string => {
    const at = pick(text.length + 1)
    const fragment = FRAGMENTS[pick(FRAGMENTS.length)] as string
    return text.slice(0, at) + fragment + text.slice(at + (pick(2) === 0 ? 0 : pick(6)))
  }
  let header = `{"alg":"${algorithm}","typ":"JWT"}`
  let payload = (PAYLOADS[pick(PAYLOADS.length)] as () => string)()
  for (let rounds = pick(3); rounds > 0; rounds--) {
    if (pick(5) === 0) header = edit(header)
    else payload = edit(payload)
  }
  return sign(header, payload)
}
