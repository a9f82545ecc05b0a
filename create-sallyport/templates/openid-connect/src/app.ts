import { App, Security } from 'sallyport'
import { z } from 'zod'
import { isOnThisMachine, providerOf } from './security.ts'
import type { Settings } from './settings.ts'

const Caller = z.object({ subject: z.string(), scopes: z.array(z.string()) }).meta({ id: 'Caller' })
const Item = z.object({ id: z.int(), title: z.string() }).meta({ id: 'Item' })

/** Makes the app: main.ts with the settings of the environment, the tests with their own. */
export function createApp(settings: Pick<Settings, 'OIDC_ISSUER' | 'OIDC_AUDIENCE'>): App {
  const provider = providerOf(settings)

  const app = new App({
    title: '{{title}}',
    version: '0.1.0',
    closed: true, // what anybody may call says `public: true`, or the app does not start
    lifespan: async function* () {
      // It does not start while the provider is out of reach; that of this machine may be started later.
      if (!isOnThisMachine(settings.OIDC_ISSUER)) await provider.ready()
      yield
    },
  })

  app.get('/me', { summary: 'Who am I', params: { caller: provider }, response: Caller }, ({ caller }) => ({
    subject: caller.subject,
    scopes: [...caller.scopes],
  }))

  app.get(
    '/items',
    { summary: 'List the items', params: { caller: Security(provider, ['items']) }, response: z.array(Item) },
    () => [{ id: 1, title: 'A portcullis' }],
  )

  app.get('/health', { public: true, includeInSchema: false }, () => ({ status: 'ok' }))

  return app
}
