/** How the programs of examples/schemes let somebody in, by the names of their files. */
import type { App } from 'sallyport'
import type { AttackOptions, Credential, CredentialContext, SchemeCredentials } from 'sallyport/testing'
import { proofOf } from '../../examples/schemes/dpop-proof.ts'
import { CA } from '../security/certificates.ts'
import { answerTo, challengeOf, written } from '../security/digest-client.ts'
import type { ProveOptions } from './document.ts'

export interface Example {
  /** @param printed what the program printed at its start, as `NAME=value`. */
  options(app: App, printed: Readonly<Record<string, string>>): AttackOptions
  readonly prove?: ProveOptions
}

const demo = 'demo:demo-password'
/** It prints one key, which has the scope `read`: none without it is to be had. */
const key = (scheme: string): Example => ({
  options: (_, { KEY = '' }) => ({
    credentials: {
      [scheme]: { valid: () => KEY, withScopes: (scopes) => (scopes.includes('read') ? KEY : undefined) },
    },
  }),
})

/** Asks the program itself for a token, as a client does. */
async function tokenOf(app: App, form: Record<string, string>, authorization?: string): Promise<string> {
  const headers = authorization ? { authorization } : {}
  const answer = await app.request('/token', { method: 'POST', headers, body: new URLSearchParams(form) })
  return ((await answer.json()) as { access_token: string }).access_token
}

/** Any CA does: the connection says that it has accepted the certificate. */
function sensorsCertificate(): string {
  using ca = new CA('demo-ca')
  return ca.issue('client', '/CN=sensor').cert
}

const ORIGIN = 'http://localhost:8000'

async function session(app: App): Promise<Credential> {
  const headers = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }
  const body = new URLSearchParams({ name: 'demo', password: 'demo-password' })
  const answer = await app.request('/login', { method: 'POST', headers, body })
  const { csrfToken } = (await answer.json()) as { csrfToken: string }
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(answer.headers.get('set-cookie') ?? '') ?? []
  return { cookies: { [name]: value }, headers: { ...headers, 'x-csrf-token': csrfToken } }
}

export const SCHEMES: Readonly<Record<string, Example>> = {
  'any-of': {
    options: (_, { KEY = '' }) => ({
      credentials: { HTTPBasic: { valid: () => demo }, APIKeyHeader: { valid: () => KEY } },
    }),
  },
  'api-key-cookie': key('APIKeyCookie'),
  'api-key-header': key('APIKeyHeader'),
  'api-key-query': key('APIKeyQuery'),
  basic: { options: () => ({ credentials: { HTTPBasic: { valid: () => demo } } }) },
  bearer: {
    options: (_, { TOKEN = '', READER = '' }) => ({
      credentials: {
        HTTPBearer: {
          valid: () => TOKEN,
          withScopes: (scopes) => (scopes.includes('write') ? TOKEN : scopes.length === 0 ? READER : undefined),
        },
      },
    }),
  },
  'cookie-token': {
    options: (app) => ({ credentials: { CookieToken: { valid: () => session(app) } }, open: ['POST /login'] }),
    prove: {
      headers: { 'POST /login': { origin: ORIGIN } },
    },
  },
  digest: {
    options: (app) => ({
      credentials: {
        HTTPDigest: {
          valid: async ({ method, target }) => {
            const told = { username: 'demo', password: 'demo-password', method, uri: target }
            return written(answerTo(await challengeOf(app, '/me'), told)).replace(/^Digest /, '')
          },
        },
      },
    }),
  },
  dpop: {
    options: (_, { TOKEN = '', KEY = '' }) => {
      const valid = async ({ method, target }: CredentialContext): Promise<Credential> => {
        const [path = ''] = target.split('?')
        const proof = await proofOf(JSON.parse(Buffer.from(KEY, 'base64url').toString()), method, path, TOKEN)
        return { headers: { authorization: `DPoP ${TOKEN}`, dpop: proof } }
      }
      const withScopes: SchemeCredentials['withScopes'] = (scopes, context) =>
        scopes.includes('write') ? valid(context) : undefined
      return { credentials: { HTTPBearer: { valid, withScopes } } }
    },
  },
  'mutual-tls': { options: () => ({ credentials: { MutualTLS: { valid: sensorsCertificate } } }) },
  'oauth2-client-credentials': {
    options: (app, { SECRET = '' }) => {
      const grant = (scope: string): Promise<string> =>
        tokenOf(app, { grant_type: 'client_credentials', scope }, `Basic ${btoa(`robot:${SECRET}`)}`)
      return {
        credentials: {
          HTTPBasic: { valid: () => `robot:${SECRET}` },
          OAuth2ClientCredentials: {
            valid: () => grant('read'),
            withScopes: (scopes) =>
              scopes.includes('read') ? grant('read') : scopes.length === 0 ? grant('') : undefined,
          },
        },
      }
    },
  },
  'oauth2-password': {
    options: (app) => ({
      credentials: {
        OAuth2PasswordBearer: {
          valid: () => tokenOf(app, { grant_type: 'password', username: 'demo', password: 'demo-password' }),
        },
      },
    }),
  },
}

/** Those that answer nothing without another beside them, which the tests of examples and of the browser start, and no apps. */
export const NOT_ALONE: ReadonlySet<string> = new Set(['dpop-proof', 'oauth2-code', 'openid-connect', 'provider'])
