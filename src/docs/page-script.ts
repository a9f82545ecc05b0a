/**
 * What runs in the browser. Kept as text, not as functions turned to text: a bundler may rename what a function uses.
 * Everything that comes from options is put in by the pages, escaped; nothing here is.
 */

/**
 * `locate(api, documentUrl, root)`: the document with the addresses that it has as seen from this page.
 *
 * The app knows only the prefix that it was told of. The page knows more: it is at `<root>/docs`, whatever proxies
 * stripped on the way, and so the API's root is a known number of folders up.
 */
export const locateScript: string = `
function locate(api, documentUrl, root) {
  const located = structuredClone(api)
  const isAbsolute = (url) => /^([a-z][a-z0-9+.-]*:|[/\\\\]{2})/i.test(url)

  // A token URL and its like: 'token' is below the root. So is '/token' if the app itself serves it; else it belongs
  // to another service of this origin.
  function endpoint(url, method) {
    if (isAbsolute(url)) return url
    const path = url.split(/[?#]/)[0]
    const isOurs = Object.hasOwn(located.paths ?? {}, path) && Object.hasOwn(located.paths[path], method)
    return new URL(isOurs ? '.' + url : url, root).href
  }

  // '/api/v1' stands for '/prefix/api/v1' on the page '/prefix/api/v1/docs', and '/' for the root of any page.
  function server(entry) {
    if (isAbsolute(entry.url) || entry.url.includes('{')) return entry
    if (!entry.url.startsWith('/')) return { ...entry, url: new URL(entry.url, documentUrl).href }
    const path = entry.url.replace(/[/]*$/, '/')
    if (root.pathname === path || !root.pathname.endsWith(path)) return entry
    return { ...entry, url: root.href.slice(0, -1) }
  }

  // Without servers the server is '/': OpenAPI 3.1 §4.8.1.
  if (!Array.isArray(located.servers) || located.servers.length === 0) {
    if (root.pathname !== '/') located.servers = [server({ url: '/' })]
  } else located.servers = located.servers.map(server)
  for (const item of Object.values(located.paths ?? {})) {
    for (const level of [item, ...Object.values(item)]) {
      if (Array.isArray(level?.servers)) level.servers = level.servers.map(server)
    }
  }

  const methods = { authorizationUrl: 'get', deviceAuthorizationUrl: 'post', tokenUrl: 'post', refreshUrl: 'post' }
  for (const scheme of Object.values(located.components?.securitySchemes ?? {})) {
    if (scheme.openIdConnectUrl) scheme.openIdConnectUrl = endpoint(scheme.openIdConnectUrl, 'get')
    for (const flow of Object.values(scheme.flows ?? {})) {
      for (const [name, method] of Object.entries(methods)) if (flow[name]) flow[name] = endpoint(flow[name], method)
    }
  }
  return located
}
`

/**
 * `finishOAuth2(flow, answer)`: hands the authorization server's answer to Swagger UI; false if it belongs to another
 * flow. Swagger UI's own page takes a code even if the state is wrong, and an old code at the second try.
 */
export const finishScript: string = `
const oauth2Channel = 'swagger-ui-oauth2'

function finishOAuth2(flow, text) {
  const answer = Object.fromEntries(new URLSearchParams(text))
  const fail = (message) => flow.errCb({ authId: flow.auth.name, source: 'auth', level: 'error', message })

  // RFC 6749 §10.12: an answer without our state was not asked for by this page.
  if (typeof answer.state !== 'string' || answer.state !== flow.state) return false
  delete flow.state // one answer only
  if (answer.error) {
    const more = [answer.error_description, answer.error_uri].filter(Boolean).join(' ')
    fail('[' + answer.error + ']: ' + (more || 'the authorization server refused'))
  } else if (flow.auth.schema.get('flow') === 'implicit') {
    flow.callback({ auth: flow.auth, token: answer, isValid: true, redirectUrl: flow.redirectUrl })
  } else if (answer.code) {
    flow.auth.code = answer.code
    flow.callback({ auth: flow.auth, redirectUrl: flow.redirectUrl })
  } else fail('[Authorization failed]: no code in the answer of the authorization server')
  return true
}
`

/** The whole script of the oauth2-redirect page. */
export const redirectScript: string = `
function run() {
  const flow = window.opener ? window.opener.swaggerUIRedirectOauth2 : undefined
  const { hash, search } = window.location
  const answer = /(code|token|error)=/.test(hash) ? hash.slice(1) : search.slice(1)
  // The address holds a code or a token: it must not stay in the history of a window that can't be closed.
  window.history.replaceState(null, '', window.location.pathname)

  // An authorization server that isolates its windows (Cross-Origin-Opener-Policy) has cut us off from our opener.
  if (!flow) new BroadcastChannel(oauth2Channel).postMessage(answer)
  else if (!finishOAuth2(flow, answer)) {
    const message = '[Authorization failed]: the answer does not belong to this login (wrong state)'
    flow.errCb({ authId: flow.auth.name, source: 'auth', level: 'error', message })
  }
  window.close()
}

if (document.readyState !== 'loading') run()
else document.addEventListener('DOMContentLoaded', run)
`

/**
 * Gives every `<style>` element that is made by script the nonce of this script. ReDoc makes some before it reads its own
 * option of that name.
 */
export const nonceScript: string = `
const { nonce } = document.currentScript
const createElement = document.createElement
document.createElement = function (...args) {
  const element = createElement.apply(this, args)
  if (element.localName === 'style') element.nonce = nonce
  return element
}
`

/**
 * Makes Basic credentials UTF-8 (RFC 7617 §2.1). Swagger UI takes the browser's `btoa`, which knows Latin-1 only, when its bundle
 * loads: so this stands before it.
 */
export const basicScript: string = `
{
  const latin1 = window.btoa.bind(window)
  window.btoa = (text) => latin1(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}
`

/** `plugin`: what we change in Swagger UI. It uses `documentUrl` and `root` of the page. */
export const pluginScript: string = `
// A script can't send a Cookie header, so an API key in a cookie becomes a cookie, until logout or the page is left.
const keyCookies = new Set()

function setCookie(name, value, more) {
  const secure = window.location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = name + '=' + value + '; Path=' + root.pathname + '; SameSite=Strict' + secure + more
}

function dropCookie(name) {
  if (keyCookies.delete(name)) setCookie(name, '', '; Max-Age=0')
}

window.addEventListener('pagehide', () => {
  if (!ui.getConfigs().persistAuthorization) for (const name of [...keyCookies]) dropCookie(name)
})

const plugin = {
  statePlugins: {
    spec: {
      wrapActions: {
        // Between the document as it came and everything that Swagger UI makes of it.
        updateJsonSpec: (update) => (api) => update(locate(api, documentUrl, root)),
      },
    },
    auth: {
      wrapActions: {
        // Swagger UI's state is the time of day. RFC 6749 §10.10 wants one that can't be guessed.
        authorize: (authorize, { errActions }) => (payload) => {
          authorize(payload)
          for (const [authId, { schema, value }] of Object.entries(payload)) {
            const { type, in: place, name } = schema.toJS ? schema.toJS() : schema
            if (type !== 'apiKey' || place !== 'cookie' || typeof value !== 'string') continue
            // RFC 6265 §4.1.1: what a cookie's value may hold; a semicolon would start an attribute.
            if (/^[!#-+\\x2d-:<-[\\]-~]*$/.test(value)) {
              keyCookies.add(name)
              setCookie(name, value, '')
            } else {
              const message = 'A cookie can not hold spaces, quotes, commas, semicolons or backslashes'
              errActions.newAuthErr({ authId, source: 'auth', level: 'error', message })
            }
          }
        },
        logout: (logout, { authSelectors }) => (names) => {
          for (const name of names) {
            const schema = authSelectors.authorized().getIn([name, 'schema'])
            if (schema?.get('type') === 'apiKey' && schema.get('in') === 'cookie') dropCookie(schema.get('name'))
          }
          logout(names)
        },
        authPopup: (open) => (url, flow) => {
          const state = Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, '0')).join('')
          open(url.replace('state=' + encodeURIComponent(flow.state), 'state=' + state), Object.assign(flow, { state }))
        },
      },
    },
  },
}

// For a redirect page that has lost its opener; an answer to another tab's login is left alone.
new BroadcastChannel(oauth2Channel).onmessage = ({ data }) => {
  const flow = window.swaggerUIRedirectOauth2
  if (flow) finishOAuth2(flow, data)
}
`
