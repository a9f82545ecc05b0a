import { App, Body, CurrentResponse, HTTPException, Path, Query, Security } from 'sallyport'
import { APIKeyHeader, type APIKeyInfo } from 'sallyport/security'
import { z } from 'zod'
import { Keys, SCOPES, type Scope } from './keys.ts'
import type { Settings } from './settings.ts'

const Scopes = z.array(z.enum(Object.keys(SCOPES) as [Scope, ...Scope[]]))
const NewKey = z
  .object({ subject: z.string().min(1).max(100), scopes: Scopes, name: z.string().min(1).max(100).optional() })
  .meta({ id: 'NewKey', example: { subject: 'alice', scopes: ['items'], name: 'laptop' } })
const Key = z
  .object({
    key_id: z.string(),
    subject: z.string(),
    scopes: z.array(z.string()),
    name: z.string().nullable(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable(),
    revoked_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Key' })
const IssuedKey = Key.extend({ key: z.string() }).meta({
  id: 'IssuedKey',
  description: 'The key is never shown again.',
})
const Item = z.object({ id: z.int(), title: z.string() }).meta({ id: 'Item' })
const Detail = z.object({ detail: z.string() }).meta({ id: 'Detail' })

const noSuchKey = { 404: { description: 'There is no such key, or it has ended', schema: Detail } }

/** Makes the app: main.ts with the settings of the environment, the tests with their own. */
export function createApp({ DATABASE }: Pick<Settings, 'DATABASE'>, keys: Keys = new Keys(DATABASE)): App {
  const apiKey = new APIKeyHeader({ name: 'X-API-Key', scopes: SCOPES, verify: keys })
  const admin = Security(apiKey, ['admin'])

  const app = new App({
    title: '{{title}}',
    version: '0.1.0',
    closed: true, // what anybody may call says `public: true`, or the app does not start
    lifespan: async function* () {
      keys.open()
      try {
        yield
      } finally {
        await keys.close()
      }
    },
  })

  app.get(
    '/items',
    { summary: 'List the items', params: { caller: Security(apiKey, ['items']) }, response: z.array(Item) },
    () => [{ id: 1, title: 'A portcullis' }],
  )

  app.post(
    '/keys',
    {
      summary: 'Issue a key',
      tags: ['keys'],
      params: { admin, grant: Body(NewKey), answer: CurrentResponse },
      response: IssuedKey,
      status: 201,
    },
    async ({ grant, answer }) => {
      answer.headers.set('cache-control', 'no-store')
      const issued = await keys.issue(grant)
      return { ...shown(issued), key: issued.key }
    },
  )

  app.get(
    '/keys',
    {
      summary: 'List the keys of a subject',
      tags: ['keys'],
      params: { admin, subject: Query(z.string().min(1)) },
      response: z.array(Key),
    },
    async ({ subject }) => (await keys.list(subject)).map(shown),
  )

  app.post(
    '/keys/{key_id}/rotate',
    {
      summary: 'Issue a key in the place of one',
      description: 'The old one stays good for a day.',
      tags: ['keys'],
      params: { admin, key_id: Path(z.string()), answer: CurrentResponse },
      response: IssuedKey,
      status: 201,
      responses: noSuchKey,
    },
    async ({ key_id, answer }) => {
      answer.headers.set('cache-control', 'no-store')
      const issued = await keys.rotate(key_id, { overlap: '1d' })
      if (!issued) throw new HTTPException(404, 'There is no such key, or it has ended')
      return { ...shown(issued), key: issued.key }
    },
  )

  app.delete(
    '/keys/{key_id}',
    {
      summary: 'Revoke a key, at once',
      tags: ['keys'],
      params: { admin, key_id: Path(z.string()) },
      status: 204,
      responses: noSuchKey,
    },
    async ({ key_id }) => {
      if (!(await keys.revoke(key_id))) throw new HTTPException(404, 'There is no such key, or it has ended')
    },
  )

  app.get('/health', { public: true, includeInSchema: false }, () => ({ status: 'ok' }))

  return app
}

/** What may be shown of a key: never the key itself. */
function shown({ keyId, subject, scopes, name, createdAt, expiresAt, lastUsedAt, revokedAt }: APIKeyInfo) {
  return {
    key_id: keyId,
    subject,
    scopes: [...scopes],
    name: name ?? null,
    created_at: createdAt.toISOString(),
    expires_at: expiresAt?.toISOString() ?? null,
    last_used_at: lastUsedAt?.toISOString() ?? null,
    revoked_at: revokedAt?.toISOString() ?? null,
  }
}
