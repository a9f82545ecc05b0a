import { App, HTTPException, Path } from 'sallyport'
import { z } from 'zod'
import { ownerWith } from './security.ts'
import type { Settings } from './settings.ts'

const Item = z
  .object({ id: z.int(), title: z.string() })
  .meta({ id: 'Item', example: { id: 1, title: 'A portcullis' } })
const Detail = z.object({ detail: z.string() }).meta({ id: 'Detail' })

const items = new Map([
  [1, { id: 1, title: 'A portcullis' }],
  [2, { id: 2, title: 'A drawbridge' }],
])

/** Makes the app: main.ts with the settings of the environment, the tests with their own. */
export function createApp({ API_TOKEN }: Pick<Settings, 'API_TOKEN'>): App {
  const app = new App({
    title: '{{title}}',
    version: '0.1.0',
    closed: true, // what anybody may call says `public: true`, or the app does not start
  })
  const owner = ownerWith(API_TOKEN)

  app.get('/', { summary: 'Say hello', public: true, response: z.object({ message: z.string() }) }, () => ({
    message: 'Hello! The docs are at /docs.',
  }))

  app.get(
    '/items/{item_id}',
    {
      summary: 'Get an item',
      params: { owner, item_id: Path(z.int().positive()) },
      response: Item,
      responses: { 404: { description: 'There is no such item', schema: Detail } },
    },
    ({ item_id }) => {
      const item = items.get(item_id)
      if (!item) throw new HTTPException(404, 'There is no such item')
      return item
    },
  )

  app.get('/health', { public: true, includeInSchema: false }, () => ({ status: 'ok' }))

  return app
}
