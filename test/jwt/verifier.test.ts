import {
  type AlgorithmName,
  JWTError,
  JWTSigner,
  JWTVerifier,
  type JWTVerifierOptions,
  Key,
  KeySet,
} from 'sallyport/jwt'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const secret = 'a text that is surely longer than thirty-two bytes'
const NOW = 1_800_000_000
const clock = (): number => NOW * 1000
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url')
const key = Key.fromSecret(secret, 'HS256')
const raw = (payload: string, header = '{"alg":"HS256"}'): Promise<string> => key.sign(encode(header), encode(payload))
const token = (claims: object): Promise<string> => raw(JSON.stringify({ exp: NOW + 60, ...claims }))
const verifierWith = (options: Partial<JWTVerifierOptions> = {}): JWTVerifier =>
  new JWTVerifier({ secret, algorithms: ['HS256'], clock, ...options })

async function codeOf(text: string, options?: Partial<JWTVerifierOptions>): Promise<string> {
  const error = await verifierWith(options)
    .verify(text)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  if (!(error instanceof JWTError)) return error === undefined ? 'taken' : `not a JWTError: ${String(error)}`
  expect(error.status).toBe(401)
  // No part of the token may be in a message: it is sent to the client and written to logs.
  for (const part of text.split('.')) if (part.length > 8) expect(error.message).not.toContain(part)
  return error.code
}

describe('times', () => {
  test.each([
    ['taken', { exp: NOW + 1 }, {}],
    ['token_expired', { exp: NOW }, {}],
    ['taken', { exp: NOW }, { clockTolerance: 1 }],
    ['token_expired', { exp: NOW - 1 }, { clockTolerance: 1 }],
    ['token_expired', { exp: -1 }, {}],
    ['taken', { nbf: NOW }, {}],
    ['token_not_yet_valid', { nbf: NOW + 1 }, {}],
    ['taken', { nbf: NOW + 1 }, { clockTolerance: '1s' }],
    ['claim_missing', {}, { maxAge: '1m' }],
    ['taken', { iat: NOW - 59 }, { maxAge: '1m' }],
    ['token_too_old', { iat: NOW - 60 }, { maxAge: '1m' }],
    ['taken', { iat: NOW - 60 }, { maxAge: '1m', clockTolerance: 1 }],
    ['token_too_old', { iat: NOW + 1 }, { maxAge: '1m' }],
    ['taken', { iat: NOW + 1 }, {}],
    ['claim_missing', { exp: undefined }, {}],
    ['taken', { exp: undefined }, { dangerouslyAllowMissingExpiry: true }],
    ['token_expired', { exp: NOW }, { dangerouslyAllowMissingExpiry: true }],
  ] as const)('%s: %j with %j', async (code, claims, options) => {
    expect(await codeOf(await token(claims), options as Partial<JWTVerifierOptions>)).toBe(code)
  })
})

describe('issuer, audience, type, required claims', () => {
  test.each([
    ['taken', { iss: 'a' }, {}],
    ['taken', { iss: 'a' }, { issuer: 'a' }],
    ['taken', { iss: 'b' }, { issuer: ['a', 'b'] }],
    ['issuer_wrong', { iss: 'c' }, { issuer: ['a', 'b'] }],
    ['issuer_wrong', { iss: 'ab' }, { issuer: 'a' }],
    ['issuer_wrong', {}, { issuer: 'a' }],
    ['audience_wrong', { aud: 'a' }, {}],
    ['taken', { aud: 'a' }, { dangerouslyIgnoreAudience: true }],
    ['taken', { aud: 'a' }, { audience: 'a' }],
    ['taken', { aud: ['x', 'a'] }, { audience: ['a', 'b'] }],
    ['audience_wrong', { aud: ['x'] }, { audience: 'a' }],
    ['audience_wrong', { aud: [] }, { audience: 'a' }],
    ['audience_wrong', {}, { audience: 'a' }],
    ['claim_missing', {}, { requiredClaims: ['sub'] }],
    ['taken', { sub: '' }, { requiredClaims: ['sub'] }],
    ['claim_missing', {}, { requiredClaims: ['toString'] }],
  ] as const)('%s: %j with %j', async (code, claims, options) => {
    expect(await codeOf(await token(claims), options as Partial<JWTVerifierOptions>)).toBe(code)
  })

  test.each([
    ['taken', 'JWT', undefined],
    ['taken', 'application/jwt', undefined],
    ['type_wrong', 'at+jwt', undefined],
    ['type_wrong', 'logout+jwt', undefined],
    ['taken', 'AT+JWT', 'at+jwt'],
    ['taken', 'application/at+jwt', 'at+jwt'],
    ['taken', 'at+jwt', 'application/at+jwt'],
    ['type_wrong', 'JWT', 'at+jwt'],
    ['type_wrong', undefined, 'at+jwt'],
    ['taken', 'JWT', ['at+jwt', 'JWT']],
    ['type_wrong', 'application/x/jwt', undefined],
  ] as const)('%s: typ %s where %j is expected', async (code, typ, expected) => {
    const text = await raw(`{"exp":${NOW + 1}}`, JSON.stringify({ alg: 'HS256', typ }))
    expect(await codeOf(text, expected === undefined ? {} : { typ: expected })).toBe(code)
  })
})

describe('strict parsing', () => {
  test.each([
    ['claim_invalid', { exp: `${NOW + 60}` }],
    ['claim_invalid', { exp: null }],
    ['claim_invalid', { nbf: '1' }],
    ['claim_invalid', { iat: true }],
    ['claim_invalid', { sub: 7 }],
    ['claim_invalid', { iss: ['a'] }],
    ['claim_invalid', { jti: {} }],
    ['claim_invalid', { aud: 7 }],
    ['claim_invalid', { aud: ['a', 7] }],
    ['claim_invalid', { aud: { length: 0 } }],
  ] as const)('%s: %j', async (code, claims) => {
    expect(await codeOf(await token(claims))).toBe(code)
  })

  test.each([
    ['claim_invalid', '{"exp":1e999}'],
    ['token_malformed', `{"exp":1,"exp":${NOW + 60}}`],
    ['token_malformed', `{"exp":${NOW + 60},"a":{"b":1,"\\u0062":2}}`],
    ['token_malformed', `{"exp":${NOW + 60},"__proto__":{}}`],
    ['token_malformed', `[{"exp":${NOW + 60}}]`],
    ['token_malformed', `\ufeff{"exp":${NOW + 60}}`],
    ['token_malformed', `{"exp":${NOW + 60}}x`],
    ['token_malformed', `{"exp":${NOW + 60},"a":${'['.repeat(16)}${']'.repeat(16)}}`],
    ['taken', `{"exp":${NOW + 60},"a":${'['.repeat(15)}${']'.repeat(15)}}`],
    ['token_malformed', 'null'],
    ['token_malformed', '"text"'],
    ['token_malformed', ''],
  ])('%s: the claims %s', async (code, payload) => {
    expect(await codeOf(await raw(payload))).toBe(code)
  })

  test('claims that are not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from(`{"exp":${NOW + 60},"a":"`), Buffer.from([0xff]), Buffer.from('"}')])
    expect(await codeOf(await key.sign(encode('{"alg":"HS256"}'), bytes.toString('base64url')))).toBe('token_malformed')
  })

  test.each([
    ['header_not_supported', '{"alg":"HS256","crit":["exp"],"exp":1}'],
    ['header_not_supported', '{"alg":"HS256","crit":[]}'],
    ['header_not_supported', '{"alg":"HS256","b64":false}'],
    ['token_encrypted', '{"alg":"HS256","enc":"A256GCM"}'],
    ['algorithm_not_allowed', '{"alg":"none"}'],
    ['algorithm_not_allowed', '{"alg":"hs256"}'],
    ['algorithm_not_allowed', '{"alg":"HS384"}'],
    ['algorithm_not_allowed', '{"alg":"constructor"}'],
    ['token_malformed', '{"typ":"JWT"}'],
    ['token_malformed', '{"alg":7}'],
    ['token_malformed', '{"alg":"HS256","kid":7}'],
    ['token_malformed', '{"alg":"HS256","kid":null}'],
    ['token_malformed', `{"alg":"HS256","kid":"${'k'.repeat(257)}"}`],
    ['token_malformed', '{"alg":"HS256","typ":["JWT"]}'],
    ['token_malformed', '{"alg":"none","alg":"HS256"}'],
    ['token_malformed', '{"alg":"HS256","__proto__":{}}'],
    ['token_malformed', '["HS256"]'],
    ['token_malformed', '{'],
    ['taken', '{"alg":"HS256","jku":"https://attacker.example","x5u":"https://attacker.example","b64":true}'],
  ])('%s: the header %s', async (code, header) => {
    expect(await codeOf(await raw(`{"exp":${NOW + 60}}`, header))).toBe(code)
  })

  test('a key that the token brings along is not used', async () => {
    const attacker = await Key.generate('ES256')
    const own = await Key.generate('ES256', { kid: 'own' })
    const header = JSON.stringify({ alg: 'ES256', jwk: attacker.toJWK(), kid: 'own' })
    const forged = await attacker.sign(encode(header), encode(`{"exp":${NOW + 60}}`))
    await expect(new JWTVerifier({ keys: own, clock }).verify(forged)).rejects.toMatchObject({
      code: 'signature_invalid',
    })
  })

  test.each([
    ['token_malformed', ''],
    ['token_malformed', '..'],
    ['token_malformed', 'a.b'],
    ['token_malformed', 'a.b.c.d'],
    ['token_encrypted', 'a.b.c.d.e'],
    ['token_malformed', 'a.b.c.d.e.f'],
    ['token_malformed', 'Bearer x.y.z'],
    ['token_too_long', 'a'.repeat(8193)],
  ])('%s: %s', async (code, text) => {
    expect(await codeOf(text)).toBe(code)
  })

  test('a value that is no text', async () => {
    for (const text of [undefined, null, 7, {}, ['a.b.c']]) {
      await expect(verifierWith().verify(text as unknown as string)).rejects.toMatchObject({ code: 'token_malformed' })
    }
  })

  test('the length is a limit that can be set', async () => {
    const text = await token({})
    expect(await codeOf(text, { maxLength: text.length })).toBe('taken')
    expect(await codeOf(text, { maxLength: text.length - 1 })).toBe('token_too_long')
  })

  test.each([
    ['a character more', (text: string) => `${text}A`],
    ['padding', (text: string) => `${text}=`],
    ['a line break', (text: string) => `${text}\n`],
    ['no signature', (text: string) => text.slice(0, text.lastIndexOf('.') + 1)],
    ['a signature that is too short', (text: string) => text.slice(0, -2)],
    ['unused bits', (text: string) => text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1)],
    ['the base64 alphabet', (text: string) => text.replaceAll('-', '+').replaceAll('_', '/')],
  ])('a signature with %s', async (_, change) => {
    // A token whose signature has both of the characters that the alphabets differ in.
    let text = ''
    for (let count = 0; !/-.*_[^.]*[A-Za-x0-8]$/.test(text.split('.')[2] ?? ''); count++) text = await token({ count })
    expect(await codeOf(change(text))).toBe('signature_invalid')
  })

  test('names are own ones only, even where a prototype was polluted', async () => {
    Object.assign(Object.prototype, { exp: NOW + 60, alg: 'HS256', aud: 'a' })
    try {
      expect(await codeOf(await raw('{}'))).toBe('claim_missing')
      expect(await codeOf(await raw(`{"exp":${NOW + 60}}`, '{}'))).toBe('token_malformed')
    } finally {
      for (const name of ['exp', 'alg', 'aud']) Reflect.deleteProperty(Object.prototype, name)
    }
  })
})

describe('a weak or wrong configuration is refused', () => {
  const base = { secret, algorithms: ['HS256'] } as const
  test.each<[RegExp, object]>([
    [/^keys: give one of/, {}],
    [/^keys: give one of/, { ...base, keys: key }],
    [/^keys: give one of/, { ...base, jwksUri: 'https://a.example' }],
    [/^keys: expected a Key/, { keys: {} }],
    [/^algorithms: expected a non-empty list/, { secret }],
    [/^algorithms: expected a non-empty list/, { secret, algorithms: [] }],
    [/^algorithms: expected a non-empty list/, { secret, algorithms: 'HS256' }],
    [/^algorithms: expected one of/, { secret, algorithms: ['none'] }],
    [/must not be mixed/, { secret, algorithms: ['HS256', 'RS256'] }],
    [/^algorithms: a secret is for one/, { secret: secret.repeat(2), algorithms: ['HS256', 'HS512'] }],
    [/^algorithm: a secret is for HS256/, { secret, algorithms: ['RS256'] }],
    [/^secret: HS256 needs at least 32 bytes/, { ...base, secret: 'x'.repeat(31) }],
    [/^secret: HS384 needs at least 48 bytes/, { secret: 'x'.repeat(47), algorithms: ['HS384'] }],
    [/^secret: HS512 needs at least 64 bytes/, { secret: 'x'.repeat(63), algorithms: ['HS512'] }],
    [/^secret: HS256 needs at least 32 bytes/, { ...base, secret: '' }],
    [
      /PEM, SSH or JWK/,
      { ...base, secret: `  -----BEGIN PUBLIC KEY-----\n${'A'.repeat(64)}\n-----END PUBLIC KEY-----` },
    ],
    [/PEM, SSH or JWK/, { ...base, secret: new TextEncoder().encode('-----BEGIN CERTIFICATE-----\nAAAAAAAAAAAAAAAA') }],
    [/PEM, SSH or JWK/, { ...base, secret: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ me@here' }],
    [/PEM, SSH or JWK/, { ...base, secret: '{"kty":"RSA","n":"AAAAAAAAAAAAAAAAAAAA","e":"AQAB"}' }],
    [/^secret: expected a text/, { ...base, secret: 7 }],
    [/^algorithms: no key is for one of them/, { keys: key, algorithms: ['ES256'] }],
    [/^issuer: required with fetched keys/, { jwksUri: 'https://a.example', algorithms: ['RS256'] }],
    [/^algorithms: required with fetched keys/, { jwksUri: 'https://a.example', issuer: 'a' }],
    [/must not be mixed/, { jwksUri: 'https://a.example', issuer: 'a', algorithms: ['RS256', 'HS256'] }],
    [/^issuer: expected/, { ...base, issuer: '' }],
    [/^issuer: expected/, { ...base, issuer: [] }],
    [/^audience: expected/, { ...base, audience: [7] }],
    [/^typ: expected/, { ...base, typ: [] }],
    [/^requiredClaims: expected/, { ...base, requiredClaims: [7] }],
    [/^clockTolerance: at most 600/, { ...base, clockTolerance: '1h' }],
    [/^clockTolerance: expected/, { ...base, clockTolerance: -1 }],
    [/^clockTolerance: expected/, { ...base, clockTolerance: Number.NaN }],
    [/^maxAge: expected/, { ...base, maxAge: 'soon' }],
    [/^maxLength: expected/, { ...base, maxLength: 0 }],
    [/^cache.max: expected/, { ...base, cache: { max: 0 } }],
    [/^claims: expected a Standard Schema/, { ...base, claims: {} }],
    [/unknown option audiences/, { ...base, audiences: 'a' }],
    [/^JWTVerifier: expected an options object/, null as unknown as object],
  ])('%s', (message, options) => {
    expect(() => new JWTVerifier(options as JWTVerifierOptions)).toThrow(TypeError)
    expect(() => new JWTVerifier(options as JWTVerifierOptions)).toThrow(message)
  })

  test('the secret is in no message', () => {
    for (const weak of ['correct horse battery staple', '-----BEGIN PUBLIC KEY-----correct horse']) {
      expect(() => new JWTVerifier({ secret: weak, algorithms: ['HS256'] })).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining('horse') }),
      )
    }
  })
})

describe('check() and cached()', () => {
  test('answer at once, cold and warm, with the same frozen claims', async () => {
    const verifier = verifierWith()
    const text = await token({ sub: 'johndoe', list: [{ a: 1 }] })
    const claims = verifier.check(text)
    expect(claims).toEqual({ exp: NOW + 60, sub: 'johndoe', list: [{ a: 1 }] })
    expect(verifier.check(text)).toBe(claims)
    expect(verifier.cached(text)).toBe(claims)
    expect(Object.isFrozen(claims)).toBe(true)
    expect(Object.isFrozen(((claims as { list: unknown[] }).list as object[])[0])).toBe(true)
  })

  test.each<[AlgorithmName, boolean]>([
    ['HS512', true],
    ['ES256', true],
    ['EdDSA', true],
    ['ES384', false],
    ['ES512', false],
  ])('%s at once: %s, and warm always', async (algorithm, atOnce) => {
    const keys = await KeySet.generate(algorithm)
    const verifier = new JWTVerifier({ keys })
    const text = await new JWTSigner({ key: keys, expiresIn: 60 }).sign()
    const cold = verifier.check(text)
    expect(cold instanceof Promise).toBe(!atOnce)
    const claims = await cold
    expect(verifier.check(text)).toBe(claims)
    await expect(verifier.verify(`${text.slice(0, -8)}AAAAAAAA`)).rejects.toMatchObject({ code: 'signature_invalid' })
  })

  test('exp, nbf and maxAge are checked at each hit', async () => {
    let now = NOW * 1000
    const verifier = verifierWith({ clock: () => now, maxAge: 90 })
    const text = await token({ exp: NOW + 60, nbf: NOW - 10, iat: NOW - 20 })
    const claims = verifier.check(text)
    now = (NOW + 60) * 1000 - 1
    expect(verifier.cached(text)).toBe(claims)
    now = (NOW + 60) * 1000
    expect(verifier.cached(text)).toBeUndefined()
    expect(() => verifier.check(text)).toThrow(expect.objectContaining({ code: 'token_expired' }))

    const other = await token({ exp: NOW + 1000, nbf: NOW - 10, iat: NOW - 20 })
    now = NOW * 1000
    verifier.check(other)
    now = (NOW - 11) * 1000
    expect(verifier.cached(other)).toBeUndefined()
    expect(() => verifier.check(other)).toThrow(expect.objectContaining({ code: 'token_not_yet_valid' }))
    now = (NOW + 70) * 1000
    expect(() => verifier.check(other)).toThrow(expect.objectContaining({ code: 'token_too_old' }))
  })

  test('it is keyed by the whole token: another signature under the same claims is not warm', async () => {
    const verifier = verifierWith()
    const text = await token({})
    verifier.check(text)
    expect(() => verifier.check(`${text.slice(0, -4)}AAAA`)).toThrow(
      expect.objectContaining({ code: 'signature_invalid' }),
    )
  })

  test('refused tokens are not remembered, and cache: false remembers nothing', async () => {
    const verifier = verifierWith()
    const text = await token({ exp: NOW })
    expect(() => verifier.check(text)).toThrow()
    expect(verifier.cached(text)).toBeUndefined()
    const forgetful = verifierWith({ cache: false })
    const good = await token({})
    forgetful.check(good)
    expect(forgetful.cached(good)).toBeUndefined()
  })

  test('forget() drops all, and two verifiers share nothing', async () => {
    const [one, two] = [verifierWith(), verifierWith({ issuer: 'a' })]
    const text = await token({})
    one.check(text)
    expect(two.cached(text)).toBeUndefined()
    one.forget()
    expect(one.cached(text)).toBeUndefined()
  })
})

describe('the claims schema', () => {
  test('its output is what is given and remembered', async () => {
    const schema = z.object({ sub: z.string(), scope: z.string().transform((text) => text.split(' ')) })
    const verifier = new JWTVerifier({ secret, algorithms: ['HS256'], clock, claims: schema })
    const text = await token({ sub: 'johndoe', scope: 'me items', more: 1 })
    const { scope }: { sub: string; scope: string[] } = await verifier.verify(text)
    expect(scope).toEqual(['me', 'items'])
    expect(verifier.cached(text)).toEqual({ sub: 'johndoe', scope: ['me', 'items'] })
  })

  test('an asynchronous one makes cold tokens wait and warm ones not', async () => {
    const schema = z.object({ sub: z.string() }).refine(async ({ sub }) => sub !== 'mallory')
    const standard = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async (value: unknown) => schema['~standard'].validate(value),
      },
    } as const
    const verifier = new JWTVerifier({ secret, algorithms: ['HS256'], clock, claims: standard })
    const text = await token({ sub: 'johndoe' })
    const cold = verifier.check(text)
    expect(cold).toBeInstanceOf(Promise)
    expect(verifier.check(text)).toBeInstanceOf(Promise)
    const claims = await cold
    await new Promise(setImmediate)
    expect(verifier.cached(text)).toEqual(claims)
    await expect(verifier.verify(await token({ sub: 'mallory' }))).rejects.toMatchObject({ code: 'claim_invalid' })
  })

  test('what it says stays out of the message and out of what loggers print', async () => {
    const schema = z.object({ sub: z.string().refine(() => false, { error: ({ input }) => `not ${String(input)}` }) })
    const error = await new JWTVerifier({ secret, algorithms: ['HS256'], clock, claims: schema })
      .verify(await token({ sub: 'private-name' }))
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'claim_invalid', issues: [{ message: 'not private-name', path: ['sub'] }] })
    expect(JSON.stringify(error) + String(error)).not.toContain('private-name')
  })
})

test('a verifier without types gives JWTClaims, with a schema the schema’s output', async () => {
  const plain = verifierWith()
  const claims = await plain.verify(await token({ sub: 'a' }))
  const sub: string | undefined = claims.sub
  // @ts-expect-error unknown claims have to be narrowed
  const scope: string = claims.scope
  expect([sub, scope]).toEqual(['a', undefined])
  const typed = new JWTVerifier({ secret, algorithms: ['HS256'], claims: z.object({ n: z.number() }) })
  // @ts-expect-error the schema has no such claim
  const missing = (): unknown => typed.cached('')?.sub
  expect(missing()).toBeUndefined()
})
