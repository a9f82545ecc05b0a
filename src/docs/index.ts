export type { DocsRequest } from './asset.ts'
export { documentOrigins } from './origins.ts'
export type { InitOAuth, JSONValue } from './parameters.ts'
export { getRedocHtml, type RedocHtmlOptions } from './redoc.ts'
export { type DocsRoute, type DocsRoutesOptions, docsRoutes } from './routes.ts'
export {
  getSwaggerUIHtml,
  getSwaggerUIOAuth2RedirectHtml,
  type SwaggerUIHtmlOptions,
  type SwaggerUIOAuth2RedirectHtmlOptions,
} from './swagger-ui.ts'
