/** conditional_openapi, configure_swagger_ui_1 to 3, custom_docs_ui_*: what the pages can be told. */
import { App, type AppOptions, Path } from 'sallyport'
import { getRedocHtml, getSwaggerUIHtml, getSwaggerUIOAuth2RedirectHtml } from 'sallyport/docs'
import { z } from 'zod'

export function makeConditionalApp(env: Readonly<Record<string, string>>): App {
  const app = new App({ openapiUrl: env.OPENAPI_URL ?? '/openapi.json' })
  app.get('/', () => ({ message: 'Hello World' }))
  return app
}

export function makeGreetingApp(options: AppOptions = {}): App {
  const app = new App(options)
  app.get('/users/{username}', { params: { username: Path(z.string()) } }, ({ username }) => ({
    message: `Hello ${username}`,
  }))
  return app
}

export function makeCustomApp(urls: { js: string; css: string; redoc: string }): App {
  const app = makeGreetingApp({ docsUrl: null, redocUrl: null })
  const page = { includeInSchema: false, mediaType: 'text/html' }
  const [title, openapiUrl] = ['Sallyport', '/openapi.json']
  app.get('/docs', page, () =>
    getSwaggerUIHtml({
      openapiUrl,
      title: `${title} - Swagger UI`,
      oauth2RedirectUrl: '/docs/oauth2-redirect',
      swaggerJsUrl: urls.js,
      swaggerCssUrl: urls.css,
    }),
  )
  app.get('/docs/oauth2-redirect', page, () => getSwaggerUIOAuth2RedirectHtml())
  app.get('/redoc', page, () => getRedocHtml({ openapiUrl, title: `${title} - ReDoc`, redocJsUrl: urls.redoc }))
  return app
}
