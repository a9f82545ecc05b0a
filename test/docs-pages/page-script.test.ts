import { expect, test, vi } from 'vitest'
import { finishScript, locateScript } from '../../src/docs/page-script.ts'

type Document = Record<string, unknown>

const locate = new Function(`${locateScript}; return locate`)() as (api: Document, url: string, root: URL) => Document

/** The located document of the page at `<root>docs`. */
function located(api: Document, root: string): Document {
  return locate(api, `${root}openapi.json`, new URL(root))
}

test.each([
  // The document's servers, the API's root as the page sees it, the servers that are used.
  [undefined, 'https://example.com/', undefined],
  [[], 'https://example.com/', []],
  [undefined, 'https://example.com/p/', ['https://example.com/p']],
  [[], 'https://example.com/p/', ['https://example.com/p']],
  [['/'], 'https://example.com/', ['/']],
  [['/'], 'https://example.com/p/', ['https://example.com/p']],
  [['/api/v1'], 'https://example.com/api/v1/', ['/api/v1']],
  [['/api/v1/'], 'https://example.com/outer/api/v1/', ['https://example.com/outer/api/v1']],
  [['/v1'], 'https://example.com/api/av1/', ['/v1']],
  [['/other'], 'https://example.com/p/', ['/other']],
  [['.', 'v2'], 'https://example.com/p/', ['https://example.com/p/', 'https://example.com/p/v2']],
  [['https://api.example.com/v1/'], 'https://example.com/p/', ['https://api.example.com/v1/']],
  [['//api.example.com/v1'], 'https://example.com/p/', ['//api.example.com/v1']],
  [['{scheme}://example.com', '/{version}'], 'https://example.com/p/', ['{scheme}://example.com', '/{version}']],
])('servers %j on a page of %s are %j', (servers, root, expected) => {
  const api = { paths: {}, ...(servers === undefined ? {} : { servers: servers.map((url) => ({ url })) }) }
  const got = located(api, root).servers as { url: string }[] | undefined
  expect(got?.map(({ url }) => url)).toEqual(expected)
})

test('what else a server says is kept, and so are the servers of paths and operations', () => {
  const servers = [{ url: '/', description: 'Here' }]
  const api = { servers, paths: { '/x': { servers, summary: 'x', get: { servers, tags: ['t'] } } } }
  const here = [{ url: 'https://example.com/p', description: 'Here' }]
  expect(located(api, 'https://example.com/p/')).toEqual({
    servers: here,
    paths: { '/x': { servers: here, summary: 'x', get: { servers: here, tags: ['t'] } } },
  })
})

test.each([
  ['token', 'https://example.com/p/token'],
  ['./token?x=1', 'https://example.com/p/token?x=1'],
  ['../token', 'https://example.com/token'],
  ['/token', 'https://example.com/p/token'],
  ['/token?x=1', 'https://example.com/p/token?x=1'],
  ['/login', 'https://example.com/login'],
  ['/constructor', 'https://example.com/constructor'],
  ['/auth/realms/x/token', 'https://example.com/auth/realms/x/token'],
  ['https://login.example.com/token', 'https://login.example.com/token'],
  ['//login.example.com/token', '//login.example.com/token'],
])('the token URL %s is %s', (tokenUrl, expected) => {
  // The app serves a GET at /login, which is no token endpoint.
  const paths = { '/token': { post: {} }, '/login': { get: {} } }
  const flows = { password: { tokenUrl, refreshUrl: tokenUrl }, authorizationCode: { tokenUrl } }
  const got = located({ paths, components: { securitySchemes: { s: { flows } } } }, 'https://example.com/p/')
  expect(got.components).toEqual({
    securitySchemes: {
      s: {
        flows: { password: { tokenUrl: expected, refreshUrl: expected }, authorizationCode: { tokenUrl: expected } },
      },
    },
  })
})

test('authorization and discovery URLs are read with GET', () => {
  const paths = { '/authorize': { get: {} }, '/.well-known/openid-configuration': { get: {} } }
  const securitySchemes = {
    code: {
      flows: { authorizationCode: { authorizationUrl: '/authorize' }, implicit: { authorizationUrl: 'authorize' } },
    },
    oidc: { openIdConnectUrl: '/.well-known/openid-configuration' },
    key: { type: 'apiKey' },
  }
  expect(located({ paths, components: { securitySchemes } }, 'https://example.com/p/').components).toEqual({
    securitySchemes: {
      code: {
        flows: {
          authorizationCode: { authorizationUrl: 'https://example.com/p/authorize' },
          implicit: { authorizationUrl: 'https://example.com/p/authorize' },
        },
      },
      oidc: { openIdConnectUrl: 'https://example.com/p/.well-known/openid-configuration' },
      key: { type: 'apiKey' },
    },
  })
})

test('the document that came is not changed, and one without anything is no error', () => {
  const api = { servers: [{ url: '/' }] }
  located(api, 'https://example.com/p/')
  expect(api).toEqual({ servers: [{ url: '/' }] })
  expect(located({}, 'https://example.com/')).toEqual({})
})

type Finish = (flow: object, text: string) => boolean
const finish = new Function(`${finishScript}; return finishOAuth2`)() as Finish

function newFlow(kind = 'authorizationCode') {
  return {
    state: 'our-state' as string | undefined,
    redirectUrl: 'https://example.com/docs/oauth2-redirect',
    auth: { name: 'OAuth2', code: undefined as string | undefined, schema: new Map([['flow', kind]]) },
    callback: vi.fn(),
    errCb: vi.fn(),
  }
}

test('a code goes to the flow that asked for it', () => {
  const flow = newFlow()
  expect(finish(flow, 'code=a%26b%2B%2F+%C3%A9&state=our-state')).toBe(true)
  expect(flow.auth.code).toBe('a&b+/ é')
  expect(flow.callback.mock.calls).toEqual([[{ auth: flow.auth, redirectUrl: flow.redirectUrl }]])
  expect(flow.errCb).not.toHaveBeenCalled()
})

test('at a second login the new code is taken, not the one of the first', () => {
  const flow = newFlow()
  finish(flow, 'code=first&state=our-state')
  flow.state = 'second-state'
  finish(flow, 'code=second&state=second-state')
  expect(flow.auth.code).toBe('second')
  expect(flow.callback).toHaveBeenCalledTimes(2)
})

test.each(['code=x&state=other', 'code=x', 'code=x&state=', 'error=access_denied&state=other', ''])(
  'an answer without our state is not used: %s',
  (text) => {
    const flow = newFlow()
    expect(finish(flow, text)).toBe(false)
    expect([flow.callback.mock.calls, flow.errCb.mock.calls, flow.auth.code]).toEqual([[], [], undefined])
  },
)

test('an answer is used once', () => {
  const flow = newFlow()
  expect(finish(flow, 'code=x&state=our-state')).toBe(true)
  expect(finish(flow, 'code=x&state=our-state')).toBe(false)
  expect(finish(flow, 'code=x&state=undefined')).toBe(false)
  expect(flow.callback).toHaveBeenCalledTimes(1)
})

test('the implicit flow gets the whole answer', () => {
  const flow = newFlow('implicit')
  expect(finish(flow, 'access_token=t&token_type=bearer&state=our-state')).toBe(true)
  expect(flow.callback.mock.calls).toEqual([
    [
      {
        auth: flow.auth,
        token: { access_token: 't', token_type: 'bearer', state: 'our-state' },
        isValid: true,
        redirectUrl: flow.redirectUrl,
      },
    ],
  ])
})

test.each([
  [
    'error=access_denied&error_description=No&error_uri=https%3A%2F%2Fe.example',
    '[access_denied]: No https://e.example',
  ],
  ['error=server_error', '[server_error]: the authorization server refused'],
  ['nothing=1', '[Authorization failed]: no code in the answer of the authorization server'],
])('%s is shown as: %s', (text, message) => {
  const flow = newFlow()
  expect(finish(flow, `${text}&state=our-state`)).toBe(true)
  expect(flow.errCb.mock.calls).toEqual([[{ authId: 'OAuth2', source: 'auth', level: 'error', message }]])
  expect(flow.callback).not.toHaveBeenCalled()
})
