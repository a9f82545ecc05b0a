import { execFileSync } from 'node:child_process'
import {
  APIKeyHeader,
  CredentialScheme,
  HTTPBasic,
  HTTPBearer,
  OAuth2,
  OAuth2PasswordBearer,
  OpenIdConnect,
  SecurityScheme,
} from 'sallyport/security'
import { expect, test } from 'vitest'
import { isDependency } from '../../src/declaration.ts'
import { HTTPException, isAbsent } from '../../src/exceptions.ts'
import type { Incoming } from '../../src/incoming.ts'
import { WebIncoming } from '../../src/incoming.ts'
import type { SecuritySchemeObject } from '../../src/openapi/types.ts'
import { NO_SCOPES } from '../../src/scopes.ts'
import { authorize, get, RawIncoming, refusal, unauthorized } from './requests.ts'

class DeviceKey extends SecurityScheme<{ device: string } | undefined, 'read'> {
  readonly model: SecuritySchemeObject = { type: 'apiKey', in: 'header', name: 'x-device' }

  override authenticate(incoming: Incoming): { device: string } | undefined {
    const device = incoming.header('x-device')
    if (!device) return this.absent()
    if (!/^\d{8}$/.test(device)) throw this.makeNotAuthenticatedError()
    return { device }
  }
}

test('an instance is a function, an instance of its classes and a dependency', async () => {
  const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })
  expect(typeof scheme).toBe('function')
  expect(scheme).toBeInstanceOf(OAuth2PasswordBearer)
  expect(scheme).toBeInstanceOf(OAuth2)
  expect(scheme).toBeInstanceOf(CredentialScheme)
  expect(scheme).toBeInstanceOf(SecurityScheme)
  expect(scheme).toBeInstanceOf(Function)
  expect(scheme).not.toBeInstanceOf(HTTPBearer)
  expect(isDependency(scheme)).toBe(true)
  expect(await scheme(get({ authorization: 'Bearer abc' }))).toBe('abc')
  expect(await scheme.call(undefined, get({ authorization: 'Bearer abc' }))).toBe('abc')
  expect(await scheme.bind(null)(get({ authorization: 'Bearer abc' }))).toBe('abc')
})

test('a call rejects, and never throws, what authenticate throws', async () => {
  const called = new HTTPBearer()(get())
  expect(refusal(await called.catch((error: unknown) => error))).toEqual(unauthorized('Bearer', 'absent'))
})

test('authenticate gives its value at once, without a promise', () => {
  const value = new HTTPBearer().authenticate(new WebIncoming(get({ authorization: 'Bearer abc' })), NO_SCOPES)
  expect(value).toEqual({ scheme: 'Bearer', credentials: 'abc' })
})

test('Authorization is read once', () => {
  for (const scheme of [new HTTPBasic(), new HTTPBearer(), new OAuth2(), new OAuth2PasswordBearer({ tokenUrl: 't' })]) {
    const incoming = new RawIncoming({ authorization: 'Basic am9objpzZWNyZXQ=' })
    scheme.readCredentials(incoming)
    expect(incoming.asked).toBe(1)
  }
})

test('schemes made one after the other keep their own options', async () => {
  const first = new APIKeyHeader({ name: 'x-first' })
  const second = new APIKeyHeader({ name: 'x-second', autoError: false })
  const request = get({ 'x-first': 'one' })
  expect([await first(request), await second(request)]).toEqual(['one', undefined])
})

test('the name is the name of the class, of the subclass, or the one that was given', () => {
  class HTTPBearer403 extends HTTPBearer {}
  expect(new HTTPBearer().schemeName).toBe('HTTPBearer')
  expect(new HTTPBearer403().schemeName).toBe('HTTPBearer403')
  expect(new HTTPBearer403({ schemeName: 'a-b_c.9' }).schemeName).toBe('a-b_c.9')
  expect(new HTTPBearer403().name).toBe('HTTPBearer403')
})

test('a class without a name has to be given one', () => {
  const anonymous = (() => class extends HTTPBearer {})()
  expect(() => new anonymous()).toThrow(/anonymous class: schemeName/)
  expect(new anonymous({ schemeName: 'Named' }).schemeName).toBe('Named')
})

test.each(['', 'a b', 'a/b', 'ä', 'a\n', '#/components'])('schemeName %j is refused', (schemeName) => {
  expect(() => new HTTPBearer({ schemeName })).toThrow(/HTTPBearer: schemeName is letters/)
})

test('options that do not exist or do not fit are refused by name', () => {
  const misuse = (options: unknown) => () => new HTTPBearer(options as never)
  expect(misuse({ relm: 'r' })).toThrow(/HTTPBearer has no option relm/)
  expect(misuse({ auto_error: false })).toThrow(/HTTPBearer has no option auto_error/)
  expect(misuse({ autoError: 0 })).toThrow(/HTTPBearer: autoError is true or false/)
  expect(misuse({ description: 1 })).toThrow(/HTTPBearer: description is a text/)
  expect(misuse({ schemeName: 1 })).toThrow(/HTTPBearer: schemeName/)
  expect(misuse({ scopes: ['a'] })).toThrow(/HTTPBearer: scopes is a record/)
  expect(misuse({ scopes: 'a' })).toThrow(/HTTPBearer: scopes is a record/)
  expect(misuse({ scopes: { 'a b': '' } })).toThrow(/HTTPBearer: scopes: "a b" is no scope/)
  expect(misuse({ scopes: { a: 1 } })).toThrow(/HTTPBearer: scopes: the description of a is a text/)
  expect(misuse('bearer')).toThrow(/HTTPBearer: takes one object of options/)
  expect(misuse(null)).toThrow(/HTTPBearer: takes one object of options/)
  expect(() => new DeviceKey({ nam: 'x' } as never)).toThrow(/DeviceKey has no option nam/)
})

test('undefined options are the defaults', () => {
  const scheme = new HTTPBearer({
    schemeName: undefined,
    description: undefined,
    autoError: undefined,
    scopes: undefined,
    bearerFormat: undefined,
  })
  expect([scheme.schemeName, scheme.autoError, scheme.scopes, scheme.model]).toEqual([
    'HTTPBearer',
    true,
    {},
    { type: 'http', scheme: 'bearer' },
  ])
})

test('the description is in the model', () => {
  const description = 'A *token*.'
  expect(new HTTPBearer({ description }).model).toEqual({ type: 'http', scheme: 'bearer', description })
  expect(new OAuth2({ description }).model).toEqual({ type: 'oauth2', flows: {}, description })
})

test('scopes are a frozen map in which nothing is found that was not declared', () => {
  const given = { items: 'Read items.' }
  const scheme = new HTTPBearer({ scopes: given })
  expect(scheme.scopes).toEqual(given)
  expect(Object.isFrozen(scheme.scopes)).toBe(true)
  expect(Object.isFrozen(given)).toBe(false)
  expect('constructor' in (scheme.scopes ?? {})).toBe(false)
  expect(new HTTPBearer().scopes).toEqual({})
  const hostile = new HTTPBearer({ scopes: JSON.parse('{"__proto__":"x","constructor":"y"}') })
  expect(Object.keys(hostile.scopes ?? {})).toEqual(['__proto__', 'constructor'])
})

test('an instance and its model do not change by accident', () => {
  const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me.' } })
  const change = scheme as unknown as Record<string, unknown>
  expect(scheme.model).toBe(scheme.model)
  for (const name of ['autoError', 'schemeName', 'model', 'scopes', 'authenticate', 'other', 'name']) {
    expect(() => {
      change[name] = false
    }).toThrow(TypeError)
  }
  const flows = (scheme.model as { flows: { password: { scopes: Record<string, string> } } }).flows
  expect(() => {
    flows.password.scopes.admin = 'x'
  }).toThrow(TypeError)
  for (const [name] of Object.entries(flows)) expect(Object.isFrozen(flows[name as 'password'])).toBe(true)
})

test('all concrete classes are frozen, and subclasses may have fields', () => {
  class Counting extends HTTPBearer {
    readings = 0
    readonly #prefix = 'k-'
    override readCredentials(incoming: Incoming): ReturnType<HTTPBearer['readCredentials']> {
      this.readings++
      const found = super.readCredentials(incoming)
      return found && { ...found, credentials: this.#prefix + found.credentials }
    }
  }
  const scheme = new Counting()
  expect(authorize(scheme, 'Bearer a')).toEqual({ scheme: 'Bearer', credentials: 'k-a' })
  expect(authorize(scheme, 'Bearer b')).toEqual({ scheme: 'Bearer', credentials: 'k-b' })
  expect(scheme.readings).toBe(2)
  expect(Object.isFrozen(new HTTPBearer())).toBe(true)
})

test('absent credentials give the marked 401, or undefined', () => {
  expect(authorize(new HTTPBearer())).toEqual(unauthorized('Bearer', 'absent'))
  expect(authorize(new HTTPBearer({ autoError: false }))).toBe(undefined)
})

test('broken credentials give the unmarked 401 either way', () => {
  for (const autoError of [true, false]) {
    expect(authorize(new HTTPBearer({ autoError }), 'Bearer')).toEqual(unauthorized('Bearer', 'broken'))
  }
})

test('one maker of the 401 can be overridden', () => {
  class HTTPBearer403 extends HTTPBearer {
    override makeNotAuthenticatedError(): HTTPException {
      return new HTTPException(403, 'Not authenticated')
    }
  }
  const expected = { status: 403, detail: 'Not authenticated', challenge: undefined }
  expect(authorize(new HTTPBearer403())).toEqual({ ...expected, absent: true })
  expect(authorize(new HTTPBearer403(), 'Bearer ')).toEqual({ ...expected, absent: false })
  expect(authorize(new HTTPBearer403(), 'Bearer x')).toEqual({ scheme: 'Bearer', credentials: 'x' })
})

test('the challenge can be overridden', () => {
  class WithRealm extends OAuth2PasswordBearer {
    override makeAuthenticateHeaders(): Readonly<Record<string, string>> {
      return { 'www-authenticate': 'Bearer realm="api"' }
    }
  }
  expect(authorize(new WithRealm({ tokenUrl: 'token' }))).toEqual(unauthorized('Bearer realm="api"', 'absent'))
})

test('the model can be overridden', () => {
  class Described extends HTTPBearer {
    override get model(): SecuritySchemeObject {
      return { ...super.model, description: 'More.' }
    }
  }
  expect(new Described().model).toEqual({ type: 'http', scheme: 'bearer', description: 'More.' })
})

test('a scheme of one’s own: model and authenticate', async () => {
  const scheme = new DeviceKey({ scopes: { read: 'Read.' } })
  expect(scheme.schemeName).toBe('DeviceKey')
  expect(scheme.model).toEqual({ type: 'apiKey', in: 'header', name: 'x-device' })
  expect(await scheme(get({ 'x-device': '12345678' }))).toEqual({ device: '12345678' })
  const none = await scheme(get()).catch((error: unknown) => error)
  expect(refusal(none)).toEqual(unauthorized('APIKey', 'absent'))
  const broken = await scheme(get({ 'x-device': 'x' })).catch((error: unknown) => error)
  expect(refusal(broken)).toEqual(unauthorized('APIKey', 'broken'))
  expect(await new DeviceKey({ autoError: false })(get())).toBe(undefined)
})

test('a scheme of one’s own may wait, and may take any scope', async () => {
  class Session extends SecurityScheme<string, string> {
    readonly model: SecuritySchemeObject = { type: 'mutualTLS' }
    override get scopes(): undefined {
      return undefined
    }
    override get verifiesScopes(): boolean {
      return true
    }
    override async authenticate(): Promise<string> {
      return 'me'
    }
  }
  const scheme = new Session()
  expect(await scheme(get())).toBe('me')
  expect([scheme.scopes, scheme.verifiesScopes]).toEqual([undefined, true])
  expect(refusal(scheme.makeNotAuthenticatedError()).challenge).toBe('MutualTLS')
})

test('a lack of scopes: RFC 6750 for what carries bearer tokens, a plain 403 for the rest', () => {
  const bearers = [
    new HTTPBearer(),
    new OAuth2(),
    new OAuth2PasswordBearer({ tokenUrl: 'token' }),
    new OpenIdConnect({ openIdConnectUrl: '/openid' }),
  ]
  for (const scheme of bearers) {
    expect(refusal(scheme.makeInsufficientScopeError(['me', 'items']))).toEqual({
      status: 403,
      detail: 'Not enough permissions',
      challenge: 'Bearer error="insufficient_scope", scope="me items"',
      absent: false,
    })
  }
  for (const scheme of [new HTTPBasic(), new APIKeyHeader({ name: 'x-key' }), new DeviceKey()]) {
    expect(refusal(scheme.makeInsufficientScopeError(['me']))).toEqual({
      status: 403,
      detail: 'Not enough permissions',
      challenge: undefined,
      absent: false,
    })
  }
})

test('an answer is made anew each time: nobody shares a stack, a mark or headers', () => {
  const scheme = new HTTPBearer()
  const first = scheme.makeNotAuthenticatedError()
  expect(scheme.makeNotAuthenticatedError()).not.toBe(first)
  expect(isAbsent(first)).toBe(false)
})

test.skipIf(!process.features.typescript)(
  'no code is made of strings, which Workers and strict policies refuse',
  () => {
    const security = JSON.stringify(new URL('../../src/security/index.ts', import.meta.url))
    const program = `const { HTTPBearer } = await import(${security})
    try { new Function('') } catch { console.log(typeof new HTTPBearer()) }`
    const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', program]
    expect(execFileSync(process.execPath, flags, { encoding: 'utf8' })).toBe('function\n')
  },
)
