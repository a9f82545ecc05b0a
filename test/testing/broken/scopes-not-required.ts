/** The scopes are read, so the declaration is accepted, and then nobody requires them. */
import { App, dependency, Security, SecurityScopes } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { good, SCOPES, tokens } from '../issuer.ts'
import type { Broken } from './case.ts'

const user = dependency(
  { token: new HTTPBearer({ scopes: SCOPES }), scopes: SecurityScopes },
  async ({ token, scopes }) => ({ claims: await tokens.verify(token.credentials), asked: scopes.scopeStr }),
)
const app = new App()
app.get('/items', { params: { user: Security(user, ['items']) } }, () => ['sword'])

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [['handler-ran', 'GET /items']],
  by: 'a valid credential of HTTPBearer without the scope items',
} satisfies Broken
