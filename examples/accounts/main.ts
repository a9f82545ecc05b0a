/** The accounts API: log in with a password, then read and add what is yours. `npm start` runs it. */
import { App, Body, HTTPException, Path, Security } from 'sallyport'
import { OAuth2PasswordRequestForm } from 'sallyport/security'
import { z } from 'zod'
import { getCurrentActiveUser, getCurrentUser, grantedScopes, login, SCOPES, tokens } from './security.ts'
import { users } from './users.ts'

const Token = z
  .object({ access_token: z.string(), token_type: z.literal('bearer'), expires_in: z.int(), scope: z.string() })
  .meta({ id: 'Token' })
const User = z
  .object({
    username: z.string(),
    email: z.string().nullable(),
    full_name: z.string().nullable(),
    disabled: z.boolean(),
  })
  .meta({ id: 'User' })
const NewUser = z
  .object({
    username: z.string().regex(/^[a-z][a-z0-9_-]{2,31}$/, 'Use 3 to 32 of a-z, 0-9, _ and -, and a letter first'),
    password: z.string().min(8).max(128).meta({ format: 'password' }),
    email: z.email().optional(),
    full_name: z.string().max(100).optional(),
  })
  .meta({ id: 'NewUser' })
const NewItem = z.object({ title: z.string().min(1).max(200) }).meta({ id: 'NewItem' })
const Item = z.object({ item_id: z.int(), title: z.string(), owner: z.string() }).meta({ id: 'Item' })

const app = new App({
  title: 'Accounts',
  description: 'Log in as `johndoe` with the password `secret`. The user `alice`, password `secret2`, is disabled.',
  tags: [
    { name: 'login', description: 'Getting a token' },
    { name: 'users', description: 'Who you are, and what is yours' },
  ],
  swaggerUIInitOAuth: { scopes: Object.keys(SCOPES).join(' ') },
  lifespan: async function* () {
    await users.open()
    yield
    users.close()
  },
})

app.post(
  '/token',
  {
    summary: 'Log in',
    description: 'The password flow of OAuth 2.0. Without a scope the token is for `me`.',
    tags: ['login'],
    params: { form: OAuth2PasswordRequestForm, user: login },
    response: Token,
  },
  async ({ form, user }) => {
    const scope = grantedScopes(form.scopes).join(' ')
    const access_token = await tokens.sign({ sub: user.username, scope })
    return { access_token, token_type: 'bearer', expires_in: 1800, scope }
  },
)

app.post(
  '/users',
  {
    summary: 'Register',
    tags: ['login'],
    params: { user: Body(NewUser) },
    response: User,
    status: 201,
    responses: { 409: { description: 'The name is taken' } },
  },
  async ({ user }) => {
    const added = await users.add(user)
    if (!added) throw new HTTPException(409, 'The name is taken')
    return added
  },
)

app.get(
  '/users/me',
  { summary: 'Who am I', tags: ['users'], params: { user: getCurrentActiveUser }, response: User },
  ({ user }) => user,
)

app.get(
  '/users/me/items',
  {
    summary: 'List my items',
    tags: ['users'],
    params: { user: Security(getCurrentActiveUser, ['items']) },
    response: z.array(Item),
  },
  ({ user }) => users.itemsOf(user),
)

app.post(
  '/users/me/items',
  {
    summary: 'Add an item',
    tags: ['users'],
    params: { user: Security(getCurrentActiveUser, ['items']), item: Body(NewItem) },
    response: Item,
    status: 201,
  },
  ({ user, item }) => users.addItem(user, item.title),
)

app.delete(
  '/users/me/items/{item_id}',
  {
    summary: 'Remove an item',
    tags: ['users'],
    params: { user: Security(getCurrentActiveUser, ['items']), item_id: Path(z.int()) },
    status: 204,
    responses: { 404: { description: 'You have no such item' } },
  },
  ({ user, item_id }) => {
    if (!users.removeItem(user, item_id)) throw new HTTPException(404, 'Item not found')
  },
)

app.get('/status', { summary: 'Is my token good', tags: ['login'], params: { user: getCurrentUser } }, () => ({
  status: 'ok',
}))

app.get('/', { includeInSchema: false }, () => new Response(null, { status: 303, headers: { location: 'docs' } }))

export default app
