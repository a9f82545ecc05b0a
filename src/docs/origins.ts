import { isOrigin } from '../headers.ts'
import type { OAuthFlowObject, OpenAPIObject, ServerObject } from '../openapi/types.ts'

/** How many URLs are tried of one server with variables. */
const variantLimit = 64

/**
 * Gives the origins of a document's absolute servers and OAuth URLs: those that its docs page may have to talk to.
 *
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { docsRoutes, documentOrigins } from 'sallyport/docs'
 *
 * const app = new App({ docsUrl: null })
 * const routes = docsRoutes({ title: 'Accounts', connectOrigins: () => documentOrigins(app.openapi()) })
 * ```
 * @see https://spec.openapis.org/oas/v3.1.1.html#server-object
 */
export function documentOrigins(api: Pick<OpenAPIObject, 'servers' | 'components'>): string[] {
  const urls = (api.servers ?? []).flatMap(variants)
  for (const scheme of Object.values(api.components?.securitySchemes ?? {})) {
    // Swagger UI reads the discovery document itself.
    if (scheme.type === 'openIdConnect') urls.push(scheme.openIdConnectUrl)
    if (scheme.type !== 'oauth2') continue
    const flows: (OAuthFlowObject & { tokenUrl?: string })[] = Object.values(scheme.flows)
    for (const flow of flows) {
      // Not authorizationUrl: the browser goes there in a window of its own.
      for (const url of [flow.tokenUrl, flow.refreshUrl]) if (url !== undefined) urls.push(url)
    }
  }
  const origins = urls
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url))
    .map(({ origin }) => origin)
    .filter(isOrigin)
  return [...new Set(origins)]
}

/** The URLs that a server with variables can have: each value of an `enum`, else the default. */
function variants({ url, variables = {} }: ServerObject): string[] {
  let urls = [url]
  for (const [name, variable] of Object.entries(variables)) {
    const values = variable.enum ?? [variable.default]
    urls = urls.flatMap((each) => values.map((value) => each.replaceAll(`{${name}}`, value))).slice(0, variantLimit)
  }
  return urls
}
