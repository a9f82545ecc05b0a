/** The lock file, and what is told of changes since it was written. */
import { App, anyOf, dependency, Security, SecurityScopes } from 'sallyport'
import { APIKeyHeader, APIKeyQuery, HTTPBearer, OAuth2PasswordBearer, stepUp } from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import {
  auditOf,
  changesSince,
  changesText,
  type Lock,
  LockError,
  lockOf,
  readLock,
  writeLock,
} from '../../src/audit/index.ts'

const SCOPES = { me: 'Me.', items: 'Items.' }
const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: SCOPES })
const getUser = dependency({ token: scheme, scopes: SecurityScopes }, ({ token }) => token)
const verifying = new HTTPBearer({ verify: { check: (): object => ({}) } })
const key = new APIKeyHeader({ name: 'X-Key' })
const useKey = dependency({ key }, ({ key }) => key)

/** The lock of an app with one operation, `GET /x`. */
function lockWith(params: object, app: App = new App({ openapiUrl: null })): Lock {
  app.get('/x', { params: params as Record<never, never> }, () => 1)
  return lockOf(auditOf(app))
}

describe('the file', () => {
  const app = new App()
  app.post('/items', { params: { who: Security(getUser, ['me', 'items']) } }, () => 1)
  app.get('/items', { params: { who: anyOf(getUser, useKey) } }, () => 1)
  app.get('/a/rest', () => 1)
  const text = writeLock(lockOf(auditOf(app)))

  test('has what matters and nothing else, in one order', () => {
    expect(text).toBe(
      `${JSON.stringify(
        {
          lockVersion: 1,
          operations: {
            'GET /a/rest': [],
            'GET /items': [
              { APIKeyHeader: { kind: 'apiKey in header', scopes: [], verified: 'dependency' } },
              { OAuth2PasswordBearer: { kind: 'oauth2', scopes: [], verified: 'dependency' } },
            ],
            'POST /items': [
              { OAuth2PasswordBearer: { kind: 'oauth2', scopes: ['items', 'me'], verified: 'dependency' } },
            ],
          },
          docs: { '/openapi.json': [] },
          unseen: [],
        },
        null,
        2,
      )}\n`,
    )
  })

  test('is the same whatever the order of the declarations', () => {
    const other = new App({ title: 'Another', description: 'Text is not part of it.' })
    other.get('/a/rest', { summary: 'Other' }, () => 2)
    other.get('/items', { params: { who: anyOf(useKey, getUser) } }, () => 2)
    other.post('/items', { params: { who: Security(Security(getUser, ['items']), ['me']) } }, () => 2)
    expect(writeLock(lockOf(auditOf(other)))).toBe(text)
  })

  test('is read as it was written', () => {
    expect(writeLock(readLock(text))).toBe(text)
    expect(changesSince(readLock(text), lockOf(auditOf(app)))).toEqual([])
  })

  test.each([
    ['<<<<<<< HEAD\n{}', /no JSON: a merge/],
    ['[]', /It is no object/],
    ['{}', /lockVersion is not 1/],
    ['{"lockVersion":2}', /lockVersion is not 1/],
    ['{"lockVersion":1,"docs":{},"unseen":[]}', /operations is no object/],
    ['{"lockVersion":1,"operations":{"GET /":{}},"docs":{},"unseen":[]}', /operations: GET \/ is no list/],
    ['{"lockVersion":1,"operations":{"GET /":[{"A":1}]},"docs":{},"unseen":[]}', /GET \/: A is no object/],
    [
      '{"lockVersion":1,"operations":{"GET /":[{"A":{"kind":"x","scopes":[],"verified":"all"}}]},"docs":{},"unseen":[]}',
      /nobody who verifies/,
    ],
    [
      '{"lockVersion":1,"operations":{"GET /":[{"A":{"kind":"x","scopes":"a","verified":"scheme"}}]},"docs":{},"unseen":[]}',
      /list of texts/,
    ],
    ['{"lockVersion":1,"operations":{},"docs":{},"unseen":[1]}', /unseen has no list of texts/],
  ])('refuses %s', (broken, message) => {
    expect(() => readLock(broken)).toThrow(LockError)
    expect(() => readLock(broken)).toThrow(message)
  })

  test('a scheme or operation named __proto__ is one like any other', () => {
    const lock = readLock(
      '{"lockVersion":1,"operations":{"__proto__":[{"__proto__":{"kind":"x","scopes":[],"verified":"scheme"}}]},"docs":{},"unseen":[]}',
    )
    expect([...lock.operations.keys()]).toEqual(['__proto__'])
    expect(changesSince(lock, { ...lock, operations: new Map([['__proto__', []]]) })[0]?.effect).toBe('weaker')
  })
})

describe('what changed', () => {
  const optional = new HTTPBearer({ schemeName: 'OAuth2PasswordBearer', autoError: false })
  const CASES: readonly [string, object, object, string, string][] = [
    ['nothing', { who: getUser }, { who: getUser }, '', ''],
    ['open', { who: getUser }, {}, 'weaker', 'Anybody may call it now.'],
    [
      'optional',
      { who: getUser },
      { who: dependency({ t: new OAuth2PasswordBearer({ tokenUrl: 'token', autoError: false }) }, () => 1) },
      'weaker',
      'Security became optional: anybody may call it now.',
    ],
    [
      'a scope dropped',
      { who: Security(getUser, ['me', 'items']) },
      { who: Security(getUser, ['me']) },
      'weaker',
      'It requires of OAuth2PasswordBearer no more: items.',
    ],
    ['a scheme dropped', { who: getUser, useKey }, { who: getUser }, 'weaker', 'It requires APIKeyHeader no more.'],
    [
      'another way in',
      { who: getUser },
      { who: anyOf(getUser, useKey) },
      'weaker',
      'There is another way in: APIKeyHeader.',
    ],
    [
      'another scheme',
      { who: getUser },
      { useKey },
      'weaker',
      'It requires APIKeyHeader in the place of OAuth2PasswordBearer.',
    ],
    [
      'another kind of scheme',
      { useKey },
      { who: dependency({ k: new APIKeyQuery({ name: 'k', schemeName: 'APIKeyHeader' }) }, () => 1) },
      'weaker',
      'APIKeyHeader was apiKey in header, and is apiKey in query.',
    ],
    [
      'the verifier lost',
      { who: getUser },
      { who: scheme },
      'weaker',
      'What OAuth2PasswordBearer reads was checked by a dependency, and is checked by the handler at most.',
    ],
    [
      'the step-up dropped',
      { who: stepUp(verifying, { acrValues: ['mfa'] }) },
      { who: verifying },
      'weaker',
      'It requires no more of those whom HTTPBearer lets in: x-step-up {"scheme":"HTTPBearer","acr_values":["mfa"]}.',
    ],
    [
      'a step-up in one alternative only',
      { who: stepUp(verifying, { acrValues: ['mfa'] }) },
      { who: anyOf(stepUp(verifying, { acrValues: ['mfa'] }), verifying) },
      'weaker',
      'It requires no more of those whom HTTPBearer lets in: x-step-up {"scheme":"HTTPBearer","acr_values":["mfa"]}.',
    ],
    ['more scopes', { who: getUser }, { who: Security(getUser, ['me']) }, 'stronger', 'It requires more.'],
    ['closed', {}, { who: getUser }, 'stronger', 'It requires more.'],
    ['one way in less', { who: anyOf(getUser, useKey) }, { useKey }, 'stronger', 'It requires more.'],
    ['optional that was open', {}, { who: optional }, '', ''],
  ]
  test.each(CASES)('%s', (_, before, now, effect, sentence) => {
    const changes = changesSince(lockWith(before), lockWith(now))
    expect(changes.map((change) => [change.effect, change.sentences])).toEqual(effect ? [[effect, [sentence]]] : [])
  })

  test('operations that came and went; what came open is weaker', () => {
    const before = lockWith({ who: getUser })
    const app = new App({ openapiUrl: null })
    app.post('/open', () => 1)
    app.post('/public', { public: true }, () => 1)
    app.post('/guarded', { dependencies: [key] }, () => 1)
    app.post('/closed', { params: { who: getUser } }, () => 1)
    expect(
      changesSince(before, lockOf(auditOf(app))).map(({ where, effect, sentences }) => [where, effect, sentences[0]]),
    ).toEqual([
      ['POST /guarded', 'weaker', 'It is new, and nobody checks APIKeyHeader.'],
      ['POST /open', 'weaker', 'It is new, and anybody may call it.'],
      ['POST /public', 'weaker', 'It is new, and anybody may call it.'],
      ['POST /closed', 'new', 'It is new.'],
      ['GET /x', 'gone', 'It is gone.'],
    ])
  })

  test('a document that lost its protection, and what is mounted', () => {
    const before = lockWith({ who: getUser }, new App({ docs: { params: { who: getUser } } }))
    const now = lockWith(
      { who: getUser },
      new App().mount('/files', () => new Response()),
    )
    expect(changesText(changesSince(before, now))).toBe(`✗ weaker   the document /openapi.json: Anybody may call it now.
    - OAuth2PasswordBearer
    + anybody
✗ weaker   what is mounted at /files: It is new, and no app: nobody can tell what it requires.
`)
    expect(changesSince(now, before).map(({ where, effect }) => [where, effect])).toEqual([
      ['the document /openapi.json', 'stronger'],
      ['what is mounted at /files', 'gone'],
    ])
  })

  test('reads as a diff', () => {
    const changes = changesSince(
      lockWith({ who: Security(getUser, ['me']) }),
      lockWith({ who: anyOf(getUser, useKey) }),
    )
    expect(
      changesText(changes),
    ).toBe(`✗ weaker   GET /x: It requires APIKeyHeader in the place of OAuth2PasswordBearer [me]. It requires of OAuth2PasswordBearer no more: me.
    - OAuth2PasswordBearer [me]
    + APIKeyHeader, or OAuth2PasswordBearer
`)
  })
})
