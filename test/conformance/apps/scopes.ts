/** security_tutorial_5: scopes. The 401 for a missing scope is the tutorial's own; `scopes.require()` would answer 403. */
import { App, dependency, HTTPException, Security, SecurityScopes } from 'sallyport'
import { OAuth2PasswordBearer, OAuth2PasswordRequestForm } from 'sallyport/security'
import { alice, authenticate, createAccessToken, johndoe, readToken, Token, User } from './jwt-tokens.ts'

export function makeApp(): App {
  const users = new Map([johndoe, alice].map((user) => [user.username, user]))
  const oauth2Scheme = new OAuth2PasswordBearer({
    tokenUrl: 'token',
    scopes: { me: 'Read information about the current user.', items: 'Read items.' },
  })
  const getCurrentUser = dependency({ token: oauth2Scheme, required: SecurityScopes }, async ({ token, required }) => {
    const challenge = required.scopes.length ? `Bearer scope="${required.scopeStr}"` : 'Bearer'
    const refuse = (detail: string) => new HTTPException(401, detail, { headers: { 'www-authenticate': challenge } })
    const read = await readToken(users, token)
    if (!read) throw refuse('Could not validate credentials')
    for (const scope of required.scopes) if (!read.scopes.includes(scope)) throw refuse('Not enough permissions')
    return read.user
  })
  const getCurrentActiveUser = dependency({ user: Security(getCurrentUser, ['me']) }, ({ user }) => {
    if (user.disabled) throw new HTTPException(400, 'Inactive user')
    return user
  })
  const app = new App()
  app.post('/token', { params: { form: OAuth2PasswordRequestForm }, response: Token }, async ({ form }) => {
    const user = await authenticate(users, form.username, form.password)
    if (!user) throw new HTTPException(400, 'Incorrect username or password')
    const token = await createAccessToken({ sub: user.username, scope: form.scopes.join(' ') })
    return { access_token: token, token_type: 'bearer' }
  })
  app.get('/users/me/', { params: { user: getCurrentActiveUser }, response: User }, ({ user }) => user)
  app.get('/users/me/items/', { params: { user: Security(getCurrentActiveUser, ['items']) } }, ({ user }) => [
    { item_id: 'Foo', owner: user.username },
  ])
  app.get('/status/', { params: { user: getCurrentUser } }, () => ({ status: 'ok' }))
  return app
}
