/** security_tutorial_4: hashed passwords and JWTs. */
import { App, dependency, HTTPException } from 'sallyport'
import { OAuth2PasswordBearer, OAuth2PasswordRequestForm } from 'sallyport/security'
import { authenticate, createAccessToken, johndoe, readToken, Token, User, type UserInDB } from './jwt-tokens.ts'

export function makeApp(added: readonly UserInDB[] = []): App {
  const users = new Map([johndoe, ...added].map((user) => [user.username, user]))
  const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })
  const bearer = { headers: { 'www-authenticate': 'Bearer' } }
  const getCurrentUser = dependency({ token: oauth2Scheme }, async ({ token }) => {
    const read = await readToken(users, token)
    if (!read) throw new HTTPException(401, 'Could not validate credentials', bearer)
    return read.user
  })
  const getCurrentActiveUser = dependency({ user: getCurrentUser }, ({ user }) => {
    if (user.disabled) throw new HTTPException(400, 'Inactive user')
    return user
  })
  const app = new App()
  app.post('/token', { params: { form: OAuth2PasswordRequestForm }, response: Token }, async ({ form }) => {
    const user = await authenticate(users, form.username, form.password)
    if (!user) throw new HTTPException(401, 'Incorrect username or password', bearer)
    return { access_token: await createAccessToken({ sub: user.username }), token_type: 'bearer' }
  })
  app.get('/users/me/', { params: { user: getCurrentActiveUser }, response: User }, ({ user }) => user)
  app.get('/users/me/items/', { params: { user: getCurrentActiveUser } }, ({ user }) => [
    { item_id: 'Foo', owner: user.username },
  ])
  return app
}
