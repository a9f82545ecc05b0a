/** The accounts API: log in with a password, then read and change what is yours. `npm start` runs it. */
import { App, Body, HTTPException, Path, Security } from 'sallyport'
import { OAuth2PasswordRequestForm } from 'sallyport/security'
import { z } from 'zod'
import {
  getCurrentActiveUser,
  getCurrentUser,
  grantedScopes,
  LoginRefused,
  login,
  SCOPES,
  TOKEN_LIFETIME,
  tokens,
} from './security.ts'
import { users } from './users.ts'

const Token = z
  .object({ access_token: z.string(), token_type: z.literal('bearer'), expires_in: z.int(), scope: z.string() })
  .meta({ id: 'Token' })
const LoginError = z
  .object({ error: z.string(), error_description: z.string(), detail: z.string() })
  .meta({ id: 'LoginError' })
const Detail = z.object({ detail: z.string() }).meta({ id: 'Detail' })
const User = z
  .object({
    username: z.string(),
    email: z.string().nullable(),
    full_name: z.string().nullable(),
    disabled: z.boolean(),
  })
  .meta({
    id: 'User',
    example: { username: 'johndoe', email: 'johndoe@example.com', full_name: 'John Doe', disabled: false },
  })
const NewUser = z
  .object({
    username: z.string().regex(/^[a-z][a-z0-9_-]{2,31}$/, 'Use 3 to 32 of a-z, 0-9, _ and -, and a letter first'),
    password: z.string().min(8).max(128).meta({ format: 'password' }),
    email: z.email().optional(),
    full_name: z.string().max(100).optional(),
  })
  .meta({
    id: 'NewUser',
    example: { username: 'maria', password: 'a long sentence', email: 'maria@example.com', full_name: 'Maria' },
  })
const NewItem = z.object({ title: z.string().min(1).max(200) }).meta({ id: 'NewItem', example: { title: 'A towel' } })
const Item = z.object({ item_id: z.int(), title: z.string(), owner: z.string() }).meta({ id: 'Item' })

const inactive = { 400: { description: 'The user is disabled', schema: Detail } }

const app = new App({
  title: 'Accounts',
  closed: true, // who may be anybody is said
  description: `Log in with a password, then read and change what is yours.

1. Press **Authorize** and log in as \`johndoe\` with the password \`secret\`. The padlocks close.
2. Open **Who am I**, press *Try it out* and *Execute*.
3. Press **Authorize** again and log out: the same call is refused with 401.

\`alice\` with the password \`secret2\` can log in, but she is disabled. Anybody can register.`,
  tags: [
    { name: 'users', description: 'Who you are, and what is yours' },
    { name: 'login', description: 'Getting a token, and a user to get it for' },
  ],
  swaggerUIInitOAuth: { scopes: Object.keys(SCOPES).join(' ') },
  lifespan: async function* () {
    await users.open()
    try {
      yield
    } finally {
      users.close()
    }
  },
})

app.get(
  '/users/me',
  {
    summary: 'Who am I',
    description: 'Needs the scope `me`.',
    tags: ['users'],
    params: { user: getCurrentActiveUser },
    response: User,
    responses: inactive,
  },
  ({ user }) => user,
)

app.get(
  '/users/me/items',
  {
    summary: 'List my items',
    description: 'Needs the scopes `me` and `items`.',
    tags: ['users'],
    params: { user: Security(getCurrentActiveUser, ['items']) },
    response: z.array(Item),
    responses: inactive,
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
    responses: inactive,
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
    responses: { ...inactive, 404: { description: 'You have no such item', schema: Detail } },
  },
  ({ user, item_id }) => {
    if (!users.removeItem(user, item_id)) throw new HTTPException(404, 'Item not found')
  },
)

app.post(
  '/token',
  {
    summary: 'Log in',
    public: true,
    description:
      'The password flow of OAuth 2.0: what the Authorize button calls. Without a scope the token is for `me`.',
    tags: ['login'],
    params: { form: OAuth2PasswordRequestForm, user: login },
    response: Token,
    responses: {
      400: { description: 'No token: wrong name or password, or an unknown scope', schema: LoginError },
      429: {
        description: 'Too many wrong passwords: come again later',
        schema: Detail,
        headers: { 'Retry-After': { description: 'In how many seconds', schema: z.int() } },
      },
    },
  },
  async ({ form, user }) => {
    const scope = grantedScopes(form.scopes).join(' ')
    const access_token = await tokens.sign({ sub: user.username, scope })
    return { access_token, token_type: 'bearer', expires_in: TOKEN_LIFETIME, scope }
  },
)

// RFC 6749 §5.2 wants `error`; `detail` is what every other answer of this API has.
app.exceptionHandler(LoginRefused, ({ code, message }) => {
  const body = { error: code, error_description: message, detail: message }
  return Response.json(body, { status: 400, headers: { 'cache-control': 'no-store' } })
})

app.post(
  '/users',
  {
    summary: 'Register',
    public: true,
    description: 'Then log in with the new name and password.',
    tags: ['login'],
    params: { user: Body(NewUser) },
    response: User,
    status: 201,
    responses: { 409: { description: 'The name is taken', schema: Detail } },
  },
  async ({ user }) => {
    const added = await users.add(user)
    if (!added) throw new HTTPException(409, 'The name is taken')
    return added
  },
)

app.get(
  '/status',
  {
    summary: 'Is my token good',
    description: 'Any token will do, whatever its scopes.',
    tags: ['login'],
    params: { user: getCurrentUser },
    response: z.object({ status: z.literal('ok') }),
  },
  () => ({ status: 'ok' as const }),
)

app.get(
  '/',
  { public: true, includeInSchema: false },
  () => new Response(null, { status: 303, headers: { location: 'docs' } }),
)

export default app
