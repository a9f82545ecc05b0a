/** @hey-api/openapi-ts writes a function for each operation, which asks for the token where the document says so. */
import { createClient } from './generated/hey-api/client/index.js'
import type {
  DeleteUsersMeItemsItemIdErrors,
  GetUsersMeErrors,
  HttpError,
  HttpValidationError,
  PostTokenErrors,
  PostUsersMeItemsErrors,
  User,
  ValidationError,
} from './generated/hey-api/index.js'
import {
  deleteUsersMeItemsItemId,
  getUsersMe,
  getUsersMeItems,
  postToken,
  postUsersMeItems,
} from './generated/hey-api/index.js'
import { type Holds, type Same, type Story, unexpected } from './story.js'

export type Nullable = Holds<Same<User['email'], string | null>>
export type Places = Holds<Same<ValidationError['loc'], (string | number)[]>>
export type Statuses = Holds<Same<keyof DeleteUsersMeItemsItemIdErrors, 400 | 401 | 403 | 404 | 422>>
export type Invalid = Holds<Same<PostUsersMeItemsErrors[422], HttpValidationError>>
export type NotAuthenticated = Holds<Same<GetUsersMeErrors[401], HttpError>>
export type Waiting = Holds<Same<keyof PostTokenErrors, 400 | 422 | 429>>

export default async function story(origin: string): Promise<Story> {
  let token: string | undefined
  const client = createClient({ baseUrl: origin, auth: () => token })

  const logIn = (password: string, scope: string) =>
    postToken({ client, body: { grant_type: 'password', username: 'johndoe', password, scope } })
  const wrong = await logIn('guess', 'me')
  if (wrong.response?.status !== 400 || !wrong.error || !('error' in wrong.error))
    return unexpected('a wrong password', wrong.response?.status ?? 0, wrong.data)
  const login = await logIn('secret', 'me items')
  if (!login.data) return unexpected('log in', login.response?.status ?? 0, login.error)
  const narrow = await logIn('secret', 'me')
  if (!narrow.data) return unexpected('log in for one scope', narrow.response?.status ?? 0, narrow.error)

  const stranger = await getUsersMe({ client })
  if (!stranger.error) return unexpected('without a token', stranger.response?.status ?? 0, stranger.data)
  token = narrow.data.access_token
  const limited = await getUsersMeItems({ client })
  if (!limited.error) return unexpected('without the scope', limited.response?.status ?? 0, limited.data)

  token = login.data.access_token
  const me = await getUsersMe({ client })
  if (!me.data) return unexpected('who am I', me.response?.status ?? 0, me.error)
  const added = await postUsersMeItems({ client, body: { title: 'A towel' } })
  if (!added.data) return unexpected('add', added.response?.status ?? 0, added.error)
  const listed = await getUsersMeItems({ client })
  if (!listed.data) return unexpected('list', listed.response?.status ?? 0, listed.error)
  const path = { item_id: added.data.item_id }
  const removed = await deleteUsersMeItemsItemId({ client, path })
  const again = await deleteUsersMeItemsItemId({ client, path })
  if (again.response?.status !== 404 || !again.error || typeof again.error.detail !== 'string')
    return unexpected('remove again', again.response?.status ?? 0, again.error)
  const invalid = await postUsersMeItems({ client, body: { title: '' } })
  if (!invalid.error || typeof invalid.error.detail === 'string')
    return unexpected('an empty title', invalid.response?.status ?? 0, invalid.error)

  return {
    refused: { status: 400, error: wrong.error.error },
    loggedIn: {
      status: login.response?.status as 200,
      tokenType: login.data.token_type,
      scope: login.data.scope,
      seconds: login.data.expires_in,
    },
    me: {
      status: me.response?.status as 200,
      username: me.data.username,
      email: me.data.email,
      disabled: me.data.disabled,
    },
    added: { status: added.response?.status as 201, title: added.data.title, owner: added.data.owner },
    listed: { status: listed.response?.status as 200, titles: listed.data.map((item) => item.title) },
    removed: { status: removed.response?.status as 204 },
    removedAgain: { status: 404, detail: again.error.detail },
    withoutToken: {
      status: stranger.response?.status as 401,
      challenge: stranger.response?.headers.get('www-authenticate') ?? null,
      detail: stranger.error.detail,
    },
    withoutScope: {
      status: limited.response?.status as 403,
      challenge: limited.response?.headers.get('www-authenticate') ?? null,
      detail: limited.error.detail,
    },
    invalid: { status: invalid.response?.status as 422, places: invalid.error.detail.map(({ loc }) => loc) },
  }
}

/** What must not compile; it is never called. */
export function wrongUses(): unknown[] {
  return [
    // @ts-expect-error a number
    deleteUsersMeItemsItemId({ path: { item_id: 'one' } }),
    // @ts-expect-error a title is needed
    postUsersMeItems({ body: {} }),
    // @ts-expect-error a body is needed
    postUsersMeItems({}),
    // @ts-expect-error a password is needed
    postToken({ body: { username: 'johndoe' } }),
    // @ts-expect-error a user has no hash
    getUsersMe().then(({ data }) => data?.hashed_password),
  ]
}
