/** behind_a_proxy_1 to 4: the mount prefix, in the answer and in the document's servers. */
import { App, type AppOptions, CurrentIncoming } from 'sallyport'

export function makeApp(options: AppOptions = {}): App {
  const app = new App(options)
  app.get('/app', { params: { incoming: CurrentIncoming } }, ({ incoming }) => ({
    message: 'Hello World',
    root_path: incoming.rootPath,
  }))
  return app
}

/** behind_a_proxy_1_01: the redirect of slashes. */
export function makeItemsApp(): App {
  const app = new App()
  app.get('/items/', () => ['plumbus', 'portal gun'])
  return app
}

export const servers: AppOptions['servers'] = [
  { url: 'https://stag.example.com', description: 'Staging environment' },
  { url: 'https://prod.example.com', description: 'Production environment' },
]
