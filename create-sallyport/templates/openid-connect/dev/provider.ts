/**
 * An OpenID provider for this machine and for the tests: its configuration, its keys, and tokens for whoever asks. It knows no users
 * and checks no secret, so it listens on the loopback address alone, and not at all in production.
 *
 *     npm run provider
 */
import { App, cors, Form, HTTPException } from 'sallyport'
import { AccessTokenSigner, KeySet } from 'sallyport/jwt'
import { serve } from 'sallyport/node'
import { HTTPBasic } from 'sallyport/security'
import { z } from 'zod'
import { SCOPES } from '../src/security.ts'
import { readSettings } from '../src/settings.ts'

export interface RunningProvider {
  readonly issuer: string
  /** Signs an access token, for this API unless another audience is named. */
  tokenFor(subject: string, scope: string, audience?: string): Promise<string>
  close(): Promise<void>
}

/** @param port 0 for any that is free. @param docs the origins of docs pages that log in here. */
export async function startProvider(
  audience: string,
  port: number,
  docs: readonly string[] = [],
): Promise<RunningProvider> {
  if (process.env.NODE_ENV === 'production') throw new Error('This provider gives tokens to everybody.')
  const keys = await KeySet.generate('ES256')
  let issuer = ''
  const tokenFor: RunningProvider['tokenFor'] = (subject, scope, to = audience) => {
    const signer = new AccessTokenSigner({ key: keys, issuer, audience: to, expiresIn: '10m' })
    return signer.sign({ sub: subject, client_id: subject, scope })
  }

  const app = new App({ title: 'Provider', openapiUrl: null })
  // What the docs page sends.
  app.use(
    cors({ allowOrigins: docs, allowMethods: ['GET', 'POST'], allowHeaders: ['authorization', 'x-requested-with'] }),
  )
  app.get('/.well-known/openid-configuration', {}, () => ({
    issuer,
    jwks_uri: `${issuer}/jwks`,
    token_endpoint: `${issuer}/token`,
    grant_types_supported: ['client_credentials'],
    scopes_supported: Object.keys(SCOPES),
  }))
  app.get('/jwks', {}, () => keys.jwks())
  const text = Form(z.string().optional())
  const basic = new HTTPBasic({ autoError: false })
  app.post('/token', { params: { grant_type: text, client_id: text, scope: text, basic } }, async (form) => {
    const client = form.basic?.username ?? form.client_id
    if (form.grant_type !== 'client_credentials' || !client)
      throw new HTTPException(400, 'Send grant_type=client_credentials and a client_id.')
    const access_token = await tokenFor(client, form.scope ?? '')
    return { access_token, token_type: 'bearer', expires_in: 600, scope: form.scope ?? '' }
  })

  const server = await serve(app, { port })
  issuer = server.url
  return { issuer, tokenFor, close: () => server.close() }
}

if (import.meta.main) {
  const { OIDC_ISSUER, OIDC_AUDIENCE, PORT } = readSettings()
  const docs = [`http://127.0.0.1:${PORT}`, `http://localhost:${PORT}`]
  const { issuer } = await startProvider(OIDC_AUDIENCE, Number(new URL(OIDC_ISSUER).port), docs)
  console.log(`The provider is ${issuer}`)
}
