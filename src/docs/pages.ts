/** The pages, loaded at the first visit to one of them. */
import { type DocsPage, freshNonce, pageHeaders } from './policy.ts'
import { getRedocHtml, type RedocHtmlOptions } from './redoc.ts'
import { getSwaggerUIHtml, getSwaggerUIOAuth2RedirectHtml, type SwaggerUIHtmlOptions } from './swagger-ui.ts'

/** One of the pages, with what stands in it. */
export type Page =
  | { readonly page: Extract<DocsPage, 'swagger-ui'>; readonly options: SwaggerUIHtmlOptions }
  | { readonly page: Extract<DocsPage, 'redoc'>; readonly options: RedocHtmlOptions }
  | { readonly page: Extract<DocsPage, 'oauth2-redirect'> }

/**
 * Answers with a page.
 *
 * @param origins origins, besides its own, that the Swagger UI page may send requests to.
 */
export function answerPage(page: Page, origins: readonly string[]): Response {
  const nonce = freshNonce()
  return new Response(htmlOf(page, nonce), { headers: pageHeaders(page.page, nonce, origins) })
}

function htmlOf(page: Page, nonce: string): string {
  switch (page.page) {
    case 'swagger-ui':
      return getSwaggerUIHtml({ ...page.options, nonce })
    case 'redoc':
      return getRedocHtml({ ...page.options, nonce })
    case 'oauth2-redirect':
      return getSwaggerUIOAuth2RedirectHtml({ nonce })
  }
}
