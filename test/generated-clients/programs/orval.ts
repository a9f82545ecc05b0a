/** Orval writes a function for each operation; an answer is told apart by its `status`, which is a literal. */
import {
  type BodyPostToken,
  deleteUsersMeItemsItemId,
  type deleteUsersMeItemsItemIdResponse,
  getUsersMe,
  getUsersMeItems,
  type getUsersMeResponse401,
  type HTTPError,
  postToken,
  postUsersMeItems,
  type User,
  type ValidationError,
} from './generated/orval.js'
import { type Holds, type Same, type Story, unexpected } from './story.js'

export type Nullable = Holds<Same<User['email'], string | null>>
export type Places = Holds<Same<ValidationError['loc'], (string | number)[]>>
export type Statuses = Holds<Same<deleteUsersMeItemsItemIdResponse['status'], 204 | 400 | 401 | 403 | 404 | 422>>
export type NotAuthenticated = Holds<Same<getUsersMeResponse401['data'], HTTPError>>
export type FormField = Holds<Same<BodyPostToken['password'], string>>

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })

/** The origin is one that was told to the generator. */
export default async function story(): Promise<Story> {
  const logIn = (password: string, scope: string) =>
    postToken({ grant_type: 'password', username: 'johndoe', password, scope })
  const wrong = await logIn('guess', 'me')
  if (wrong.status !== 400) return unexpected('a wrong password', wrong.status, wrong.data)
  const login = await logIn('secret', 'me items')
  if (login.status !== 200) return unexpected('log in', login.status, login.data)
  const narrow = await logIn('secret', 'me')
  if (narrow.status !== 200) return unexpected('log in for one scope', narrow.status, narrow.data)

  const stranger = await getUsersMe()
  if (stranger.status !== 401) return unexpected('without a token', stranger.status, stranger.data)
  const limited = await getUsersMeItems(bearer(narrow.data.access_token))
  if (limited.status !== 403) return unexpected('without the scope', limited.status, limited.data)

  const mine = bearer(login.data.access_token)
  const me = await getUsersMe(mine)
  if (me.status !== 200) return unexpected('who am I', me.status, me.data)
  const added = await postUsersMeItems({ title: 'A towel' }, mine)
  if (added.status !== 201) return unexpected('add', added.status, added.data)
  const listed = await getUsersMeItems(mine)
  if (listed.status !== 200) return unexpected('list', listed.status, listed.data)
  const removed = await deleteUsersMeItemsItemId(added.data.item_id, mine)
  if (removed.status !== 204) return unexpected('remove', removed.status, removed.data)
  const again = await deleteUsersMeItemsItemId(added.data.item_id, mine)
  if (again.status !== 404) return unexpected('remove again', again.status, again.data)
  const invalid = await postUsersMeItems({ title: '' }, mine)
  if (invalid.status !== 422) return unexpected('an empty title', invalid.status, invalid.data)

  return {
    refused: { status: wrong.status, error: wrong.data.error },
    loggedIn: {
      status: login.status,
      tokenType: login.data.token_type,
      scope: login.data.scope,
      seconds: login.data.expires_in,
    },
    me: { status: me.status, username: me.data.username, email: me.data.email, disabled: me.data.disabled },
    added: { status: added.status, title: added.data.title, owner: added.data.owner },
    listed: { status: listed.status, titles: listed.data.map((item) => item.title) },
    removed: { status: removed.status },
    removedAgain: { status: again.status, detail: again.data.detail },
    withoutToken: {
      status: stranger.status,
      challenge: stranger.headers.get('www-authenticate'),
      detail: stranger.data.detail,
    },
    withoutScope: {
      status: limited.status,
      challenge: limited.headers.get('www-authenticate'),
      detail: limited.data.detail,
    },
    invalid: { status: invalid.status, places: invalid.data.detail.map(({ loc }) => loc) },
  }
}

/** What must not compile; it is never called. */
export async function wrongUses(): Promise<unknown[]> {
  const me = await getUsersMe()
  return [
    // @ts-expect-error a number
    deleteUsersMeItemsItemId('one'),
    // @ts-expect-error a title is needed
    postUsersMeItems({}),
    // @ts-expect-error a password is needed
    postToken({ username: 'johndoe' }),
    // @ts-expect-error not before the status is known
    me.data.username,
    // @ts-expect-error 404 is no answer of this operation
    me.status === 404,
  ]
}
