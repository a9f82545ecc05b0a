/** Scopes are searched in the text of all scopes. */
import { App, dependency, HTTPException, Security, SecurityScopes } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { good, SCOPES, tokens } from '../issuer.ts'
import type { Broken } from './case.ts'

const user = dependency(
  { token: new HTTPBearer({ scopes: SCOPES }), scopes: SecurityScopes },
  async ({ token, scopes }) => {
    const { scope } = (await tokens.verify(token.credentials)) as { scope?: string }
    if (!scopes.scopes.every((each) => scope?.includes(each))) throw new HTTPException(403)
  },
)
const app = new App()
app.get('/items', { params: { user: Security(user, ['items']) } }, () => ['sword'])

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [['handler-ran', 'GET /items']],
  by: 'a valid credential of HTTPBearer with itemsx for items',
} satisfies Broken
