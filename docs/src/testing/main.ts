import { App, dependency, HTTPException, Path, Security } from 'sallyport'
import { OAuth2PasswordBearer } from 'sallyport/security'
import { z } from 'zod'
import { findUser, mailer, type User } from './services.ts'
import { tokens } from './tokens.ts'

const oauth2 = new OAuth2PasswordBearer({
  tokenUrl: 'token',
  scopes: { items: 'Read your items.', admin: 'Read all.' },
  verify: tokens,
})

export const getUser = dependency(
  { caller: oauth2 },
  async ({ caller }): Promise<User> => {
    const user = await findUser(caller.subject)
    if (user === undefined) throw new HTTPException(403, 'This user is no more')
    return user
  },
)

const app = new App({ title: 'Under test', closed: true, docs: { onlyCallable: true } })

app.get('/me', { params: { user: getUser } }, ({ user }) => ({ name: user.name }))

app.get(
  '/items',
  { params: { user: Security(getUser, ['items']) } },
  ({ user }) => user.items,
)

app.post(
  '/users/{name}/reminder',
  {
    params: { name: Path(z.string()), send: mailer },
    dependencies: [Security(getUser, ['admin'])],
  },
  async ({ name, send }) => {
    await send(name, 'Come back!')
    return { sent: true }
  },
)

export default app
