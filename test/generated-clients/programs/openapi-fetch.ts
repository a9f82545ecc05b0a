/** openapi-typescript writes the types; openapi-fetch calls by path, and narrows by `error` alone, so the status picks the type. */
import createClient, { type Middleware } from 'openapi-fetch'
import type { components, paths } from './generated/openapi-typescript.js'
import { type Holds, type Same, type Story, unexpected } from './story.js'

type User = components['schemas']['User']
export type Nullable = Holds<Same<User['email'], string | null>>
export type Places = Holds<Same<components['schemas']['ValidationError']['loc'], (string | number)[]>>
type DeletedItem = paths['/users/me/items/{item_id}']['delete']
export type Statuses = Holds<Same<keyof DeletedItem['responses'], 204 | 400 | 401 | 403 | 404 | 422>>
export type Challenge = Holds<Same<DeletedItem['responses'][401]['headers']['WWW-Authenticate'], string | undefined>>

export default async function story(origin: string): Promise<Story> {
  const client = createClient<paths>({ baseUrl: origin })

  const logIn = (password: string, scope: string) =>
    client.POST('/token', {
      body: { grant_type: 'password', username: 'johndoe', password, scope },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  const wrong = await logIn('guess', 'me')
  if (wrong.response.status !== 400 || !wrong.error || !('error' in wrong.error))
    return unexpected('a wrong password', wrong.response.status, wrong.data)
  const login = await logIn('secret', 'me items')
  if (!login.data) return unexpected('log in', login.response.status, login.error)
  const narrow = await logIn('secret', 'me')
  if (!narrow.data) return unexpected('log in for one scope', narrow.response.status, narrow.error)

  // Before there is a middleware that sends the token.
  const stranger = await client.GET('/users/me')
  if (!stranger.error) return unexpected('without a token', stranger.response.status, stranger.data)
  const limited = await client.GET('/users/me/items', {
    headers: { authorization: `Bearer ${narrow.data.access_token}` },
  })
  if (!limited.error) return unexpected('without the scope', limited.response.status, limited.data)

  const { access_token } = login.data
  const bearer: Middleware = {
    onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${access_token}`)
      return request
    },
  }
  client.use(bearer)
  const me = await client.GET('/users/me')
  if (!me.data) return unexpected('who am I', me.response.status, me.error)
  const added = await client.POST('/users/me/items', { body: { title: 'A towel' } })
  if (!added.data) return unexpected('add', added.response.status, added.error)
  const listed = await client.GET('/users/me/items')
  if (!listed.data) return unexpected('list', listed.response.status, listed.error)
  const byId = { params: { path: { item_id: added.data.item_id } } }
  const removed = await client.DELETE('/users/me/items/{item_id}', byId)
  const again = await client.DELETE('/users/me/items/{item_id}', byId)
  if (again.response.status !== 404 || !again.error || typeof again.error.detail !== 'string')
    return unexpected('remove again', again.response.status, again.error)
  const invalid = await client.POST('/users/me/items', { body: { title: '' } })
  if (!invalid.error || typeof invalid.error.detail === 'string')
    return unexpected('an empty title', invalid.response.status, invalid.error)

  return {
    refused: { status: wrong.response.status, error: wrong.error.error },
    loggedIn: {
      status: login.response.status as 200,
      tokenType: login.data.token_type,
      scope: login.data.scope,
      seconds: login.data.expires_in,
    },
    me: {
      status: me.response.status as 200,
      username: me.data.username,
      email: me.data.email,
      disabled: me.data.disabled,
    },
    added: { status: added.response.status as 201, title: added.data.title, owner: added.data.owner },
    listed: { status: listed.response.status as 200, titles: listed.data.map((item) => item.title) },
    removed: { status: removed.response.status as 204 },
    removedAgain: { status: again.response.status, detail: again.error.detail },
    withoutToken: {
      status: stranger.response.status as 401,
      challenge: stranger.response.headers.get('www-authenticate'),
      detail: stranger.error.detail,
    },
    withoutScope: {
      status: limited.response.status as 403,
      challenge: limited.response.headers.get('www-authenticate'),
      detail: limited.error.detail,
    },
    invalid: { status: invalid.response.status as 422, places: invalid.error.detail.map(({ loc }) => loc) },
  }
}

/** What must not compile; it is never called. */
export function wrongUses(client: ReturnType<typeof createClient<paths>>): unknown[] {
  return [
    // @ts-expect-error no such path
    client.GET('/user/me'),
    // @ts-expect-error this path has no such method
    client.PUT('/users/me'),
    // @ts-expect-error a number
    client.DELETE('/users/me/items/{item_id}', { params: { path: { item_id: 'one' } } }),
    // @ts-expect-error a title is needed
    client.POST('/users/me/items', { body: {} }),
    // @ts-expect-error a password is needed
    client.POST('/token', { body: { username: 'johndoe', scope: '' } }),
    // @ts-expect-error a user has no hash
    client.GET('/users/me').then(({ data }) => data?.hashed_password),
  ]
}
