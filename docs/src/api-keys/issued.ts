import { App, Body, HTTPException, Path, Security } from 'sallyport'
import { PasswordHash } from 'sallyport/password'
import { APIKeyHeader, APIKeys, HTTPBasic, MemoryAPIKeyStore } from 'sallyport/security'
import { z } from 'zod'

// #region scheme
const keys = new APIKeys({
  prefix: 'shop',
  store: new MemoryAPIKeyStore(),
  expiresIn: '90d',
})

const apiKey = new APIKeyHeader({
  name: 'X-API-Key',
  scopes: { read: 'Read items.', write: 'Add items.' },
  verify: keys,
})
// #endregion scheme

// #region person
const passwordHash = PasswordHash.recommended()
const users = new Map([
  [
    'johndoe',
    {
      username: 'johndoe',
      hashedPassword:
        '$argon2id$v=19$m=19456,t=2,p=1$oB6zCSkh3B70JTm6oe1W0w$kHpvweRbzYhuE0qroYxOljdUVGGjKBSsdjH9mqjM8kg',
    },
  ],
])

const person = new HTTPBasic({
  realm: 'Keys',
  verify: { lookup: (username) => users.get(username), passwordHash, remember: '1m' },
})
// #endregion person

const app = new App({ title: 'API keys' })

// #region items
app.get('/items', { params: { caller: Security(apiKey, ['read']) } }, ({ caller }) => ({
  items: ['a towel'],
  for: caller.subject,
  with: caller.name,
}))

app.post(
  '/items',
  { params: { caller: Security(apiKey, ['write']) } },
  ({ caller }) => ({ addedBy: caller.subject }),
)
// #endregion items

// #region issue
const NewKey = z.object({
  name: z.string().min(1).max(100),
  scopes: z.array(z.enum(['read', 'write'])).default(['read']),
})

app.post(
  '/keys',
  { params: { user: person, asked: Body(NewKey) }, status: 201 },
  ({ user, asked }) =>
    keys.issue({ subject: user.username, name: asked.name, scopes: asked.scopes }),
)

app.get('/keys', { params: { user: person } }, ({ user }) => keys.list(user.username))
// #endregion issue

// #region rotate
const params = { user: person, key_id: Path(z.string()) }

/** The id of a key, if it is the user's own. */
async function ownKey(username: string, keyId: string): Promise<string> {
  const found = await keys.find(keyId)
  if (found?.subject !== username) throw new HTTPException(404, 'There is no such key')
  return keyId
}

app.post('/keys/{key_id}/rotate', { params }, async ({ user, key_id }) => {
  const next = await keys.rotate(await ownKey(user.username, key_id), { overlap: '1d' })
  if (!next) throw new HTTPException(409, 'The key has ended, or was rotated before')
  return next
})

app.delete('/keys/{key_id}', { params, status: 204 }, async ({ user, key_id }) => {
  await keys.revoke(await ownKey(user.username, key_id))
})
// #endregion rotate

export default app
