/** The app that every runtime serves in these tests: one of each thing that a runtime may do in its own way. */
import {
  App,
  BackgroundTasks,
  Body,
  CurrentIncoming,
  CurrentRequest,
  CurrentResponse,
  dependency,
  HTTPException,
  Path,
  Query,
  Security,
  SecurityScopes,
} from 'sallyport'
import { JWT } from 'sallyport/jwt'
import type { PasswordHash } from 'sallyport/password'
import { OAuth2PasswordBearer, OAuth2PasswordRequestForm } from 'sallyport/security'
import { z } from 'zod'

const print = (line: string): void => console.log(line)

/** @param passwords what hashes here: not every runtime has Argon2. */
export function makeApp(passwords: PasswordHash): App {
  const hashed = passwords.hash('secret')
  hashed.catch(() => {}) // the login says it
  return appWith((password) => hashed.then((stored) => passwords.verify(password, stored)))
}

/** @param verify whether a password is johndoe's. */
export function appWith(verify: (password: string) => Promise<boolean>): App {
  const tokens = new JWT({ secret: 'the key of the tests, which is no secret at all', expiresIn: '30m' })
  const scopes = { me: 'Read who you are.', items: 'Read your items.' }
  const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes })
  const getUser = dependency({ token: oauth2, scopes: SecurityScopes }, async ({ token, scopes }) => {
    const { sub, scope } = await tokens.verify(token)
    scopes.require(String(scope))
    return { name: String(sub) }
  })
  const opened = dependency({}, async function* () {
    print('opened')
    try {
      yield 'open'
    } finally {
      await null
      print('closed')
    }
  })

  const app = new App({
    title: 'Accounts',
    limits: { body: 100_000 },
    onError: (error) => print(`error: ${String(error)}`),
    lifespan: async function* () {
      print('started')
      yield
      print('stopped')
    },
  })
  app.get('/', () => ({ hello: 'world' }))
  app.post('/token', { params: { form: OAuth2PasswordRequestForm } }, async ({ form }) => {
    if (form.username !== 'johndoe' || !(await verify(form.password)))
      throw new HTTPException(400, 'Incorrect username or password')
    const access_token = await tokens.sign({ sub: form.username, scope: form.scopes.join(' ') })
    return { access_token, token_type: 'bearer' }
  })
  app.get('/users/me', { params: { user: Security(getUser, ['me']) } }, ({ user }) => user)
  app.get('/users/me/items', { params: { user: Security(getUser, ['items']) } }, () => ['a portcullis'])
  app.get('/items/{id}', { params: { id: Path(z.int()), q: Query(z.string().optional()) } }, ({ id, q }) => ({ id, q }))
  app.post('/items', { params: { item: Body(z.object({ title: z.string() })) }, status: 201 }, ({ item }) => item)
  app.get('/files/{rest:path}', { params: { rest: Path(z.string()) } }, ({ rest }) => ({ rest }))
  app.get('/cookies', { params: { response: CurrentResponse } }, ({ response }) => {
    response.setCookie('one', '1')
    response.setCookie('two', '2')
    return 'set'
  })
  app.get('/background', { params: { tasks: BackgroundTasks } }, ({ tasks }) => {
    tasks.addTask(() => print('task done'))
    return 'answered'
  })
  app.get('/address', { params: { incoming: CurrentIncoming, request: CurrentRequest } }, ({ incoming, request }) => ({
    address: incoming.clientAddress ?? null,
    url: request.url,
    root: incoming.rootPath,
  }))
  app.get('/empty', { status: 204 }, () => undefined)
  app.get('/framed', () => new Response('whole', { headers: { 'transfer-encoding': 'gzip', 'x-kept': 'yes' } }))

  // ---- What lasts -------------------------------------------------------------------------------------------------------------
  app.get('/stream', { mediaType: 'text/plain', params: { opened } }, async function* () {
    yield 'one '
    yield 'two '
    yield 'three'
  })
  app.get('/endless', { mediaType: 'text/plain', params: { opened } }, async function* () {
    try {
      for (;;) {
        yield 'again '
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    } finally {
      print('stream ended')
    }
  })
  app.get('/broken', { mediaType: 'text/plain', params: { opened } }, async function* () {
    yield 'first '
    await new Promise((resolve) => setTimeout(resolve, 5))
    throw new Error('the stream broke')
  })
  app.get('/waiting', { params: { opened, incoming: CurrentIncoming } }, async ({ incoming }) => {
    const { signal } = incoming
    print('waiting')
    await new Promise((resolve) => {
      if (signal.aborted) resolve(undefined)
      else signal.addEventListener('abort', resolve)
    })
    print('aborted')
    return 'nobody reads it'
  })
  app.get('/slow', { params: { opened } }, async () => {
    const told = new Promise((resolve) => process.once('SIGUSR2', resolve))
    print('slow')
    await told
    return 'finished'
  })
  return app
}
