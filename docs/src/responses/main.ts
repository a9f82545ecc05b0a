import {
  App,
  BackgroundTasks,
  Body,
  CurrentResponse,
  HTTPException,
  Path,
  Secret,
} from 'sallyport'
import { z } from 'zod'

const app = new App({ title: 'Responses', onError: (error) => log.push(String(error)) })
export const log: string[] = []

// #region filter
const User = z.object({ id: z.int(), name: z.string(), email: z.email() })
const NewUser = User.omit({ id: true }).extend({ password: z.string().min(8) })
const users: (z.infer<typeof User> & { password: string })[] = []

app.post(
  '/users',
  { params: { user: Body(NewUser) }, response: User, status: 201 },
  ({ user }) => {
    const made = { id: users.length + 1, ...user }
    users.push(made)
    return made // with the password: the response schema leaves it out
  },
)

app.get('/users', { response: z.array(User) }, () => users)
// #endregion filter

// #region wrong
app.get('/broken', { response: User }, () =>
  JSON.parse('{"id":1,"name":"johndoe","email":"none"}'),
)
// #endregion wrong

// #region responses
const Problem = z.object({ detail: z.string() })
const one = {
  params: { id: Path(z.int()) },
  response: User,
  responses: { 404: { description: 'There is no such user', schema: Problem } },
}

app.get('/users/{id}', one, ({ id }) => {
  const user = users.find((user) => user.id === id)
  if (!user) throw new HTTPException(404, 'There is no such user')
  return user
})
// #endregion responses

// #region headers
app.put(
  '/visits/{day}',
  { params: { day: Path(z.iso.date()), response: CurrentResponse } },
  ({ day, response }) => {
    if (!visits.has(day)) response.status = 201
    visits.add(day)
    response.headers.set('x-visits', String(visits.size))
    return { day }
  },
)
// #endregion headers

const visits = new Set<string>()

// #region kinds
app.get('/page', { mediaType: 'text/html' }, () => '<h1>The gate is open</h1>')

app.get(
  '/old-page',
  () => new Response(null, { status: 308, headers: { location: '/page' } }),
)

app.get('/report', { mediaType: 'text/csv' }, async function* () {
  yield 'day,visits\n'
  for (const day of visits) yield `${day},1\n`
})

app.delete('/visits', { status: 204 }, () => visits.clear())
// #endregion kinds

// #region events
app.get('/countdown', { mediaType: 'text/event-stream' }, async function* () {
  for (const left of [2, 1, 0]) yield `data: ${JSON.stringify({ left })}\n\n`
})
// #endregion events

// #region background
const mails: string[] = []

app.post(
  '/newsletter',
  { params: { tasks: BackgroundTasks }, status: 202 },
  ({ tasks }) => {
    for (const { email } of users) tasks.addTask(sendMail, email)
    return { to: users.length }
  },
)

async function sendMail(to: string): Promise<void> {
  mails.push(to)
}

app.get('/mails', () => mails)
// #endregion background

// #region secret
const settings = { region: 'eu', apiKey: new Secret('k-5f2d') }

app.get('/settings', () => settings)
// #endregion secret

export default app
