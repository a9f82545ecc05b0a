import { App, Body, HTTPException, Path, Security } from 'sallyport'
import { OAuth2PasswordRequestForm } from 'sallyport/security'
import { z } from 'zod'
import { Database } from './database.ts'
import { Notes } from './notes.ts'
import { createSecurity, createTokens, grantedScopes, TOKEN_LIFETIME } from './security.ts'
import type { Settings } from './settings.ts'
import { Users } from './users.ts'

const NewUser = z
  .object({
    name: z.string().regex(/^[a-z][a-z0-9_-]{2,31}$/, 'Use 3 to 32 of a-z, 0-9, _ and -, and a letter first'),
    password: z.string().min(8).max(128).meta({ format: 'password' }),
  })
  .meta({ id: 'NewUser', example: { name: 'maria', password: 'a long sentence' } })
const User = z.object({ name: z.string() }).meta({ id: 'User' })
const Token = z
  .object({ access_token: z.string(), token_type: z.literal('bearer'), expires_in: z.int(), scope: z.string() })
  .meta({ id: 'Token' })
const NewNote = z
  .object({ text: z.string().min(1).max(2000) })
  .meta({ id: 'NewNote', example: { text: 'Buy a towel' } })
const Note = z.object({ id: z.int(), text: z.string() }).meta({ id: 'Note' })
const Detail = z.object({ detail: z.string() }).meta({ id: 'Detail' })

/** Makes the app: main.ts with the settings of the environment, the tests with their own. */
export function createApp({ JWT_SECRET, DATABASE }: Pick<Settings, 'JWT_SECRET' | 'DATABASE'>): App {
  const database = new Database(DATABASE)
  const users = new Users(database)
  const notes = new Notes(database)
  const tokens = createTokens(JWT_SECRET)
  const { currentUser, login } = createSecurity(tokens, users)
  const me = Security(currentUser, ['me'])
  const writer = Security(currentUser, ['notes'])

  const app = new App({
    title: '{{title}}',
    version: '0.1.0',
    closed: true, // what anybody may call says `public: true`, or the app does not start
    lifespan: async function* () {
      database.open()
      try {
        yield
      } finally {
        database.close()
      }
    },
  })

  app.post(
    '/users',
    {
      summary: 'Register',
      public: true,
      params: { user: Body(NewUser) },
      response: User,
      status: 201,
      responses: { 409: { description: 'The name is taken', schema: Detail } },
    },
    async ({ user }) => {
      const added = await users.add(user.name, user.password)
      if (!added) throw new HTTPException(409, 'The name is taken')
      return added
    },
  )

  app.post(
    '/token',
    {
      summary: 'Log in',
      description: 'What the Authorize button calls. A token for which no scopes are asked has all of them.',
      public: true,
      params: { form: OAuth2PasswordRequestForm, user: login },
      response: Token,
      responses: {
        400: { description: 'Wrong name or password', schema: Detail },
        429: {
          description: 'Too many wrong passwords: come again later',
          schema: Detail,
          headers: { 'Retry-After': { description: 'In how many seconds', schema: z.int() } },
        },
      },
    },
    async ({ form, user }) => {
      const scope = grantedScopes(form.scopes)
      const access_token = await tokens.sign({ sub: user.name, scope })
      return { access_token, token_type: 'bearer' as const, expires_in: TOKEN_LIFETIME, scope }
    },
  )

  app.get('/users/me', { summary: 'Who am I', params: { user: me }, response: User }, ({ user }) => user)

  app.get('/notes', { summary: 'List my notes', params: { user: writer }, response: z.array(Note) }, ({ user }) =>
    notes.of(user.name),
  )

  app.post(
    '/notes',
    { summary: 'Write a note', params: { user: writer, note: Body(NewNote) }, response: Note, status: 201 },
    ({ user, note }) => notes.add(user.name, note.text),
  )

  app.delete(
    '/notes/{note_id}',
    {
      summary: 'Remove a note',
      params: { user: writer, note_id: Path(z.int()) },
      status: 204,
      responses: { 404: { description: 'You have no such note', schema: Detail } },
    },
    ({ user, note_id }) => {
      if (!notes.remove(user.name, note_id)) throw new HTTPException(404, 'You have no such note')
    },
  )

  app.get('/health', { public: true, includeInSchema: false }, () => ({ status: 'ok' }))

  return app
}
