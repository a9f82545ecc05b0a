/** The headers of the docs pages: what a page may load, send and be embedded in. */

/** The pages that we serve. */
export type DocsPage = 'swagger-ui' | 'oauth2-redirect' | 'redoc'

/** What each page needs on top of `default-src 'none'`; `NONCE` and `ORIGINS` are filled in for each answer. */
const directives: Readonly<Record<DocsPage, readonly string[]>> = {
  'swagger-ui': [
    "script-src 'nonce-NONCE'",
    // React sets styles through the CSSOM, which a policy doesn't touch; Swagger UI writes no <style> and no attribute.
    "style-src 'nonce-NONCE'",
    // data: is for the icons in its style sheet, blob: for pictures and sounds that an operation answers with.
    "img-src 'self' data: blob:",
    'media-src blob:',
    // Its own origin: the document and "try it out". The others: absolute token URLs and servers of the document.
    "connect-src 'self' ORIGINS",
  ],
  'oauth2-redirect': ["script-src 'nonce-NONCE'"],
  redoc: [
    "script-src 'nonce-NONCE'",
    // Its <style> elements are made by script, and get the nonce from our script that runs before it.
    "style-src 'nonce-NONCE'",
    "img-src 'self' data:",
    "connect-src 'self'",
    // The search runs in a worker that is made of a string.
    'worker-src blob:',
  ],
}

/** Who may keep a handle on whose window. */
const openerPolicy: Readonly<Record<DocsPage, string>> = {
  // The popup of an OAuth flow must reach the page that opened it.
  'swagger-ui': 'same-origin-allow-popups',
  // The popup comes from the authorization server's page; any policy but none would cut it off from its opener here.
  'oauth2-redirect': 'unsafe-none',
  redoc: 'same-origin',
}

/**
 * The headers of a page: a Content-Security-Policy in which only what has this nonce runs, no referrer, no sniffing, no
 * frame around it, no cache (a nonce is for one answer).
 *
 * @param connectOrigins origins, besides its own, that the Swagger UI page may send requests to.
 * @see https://www.w3.org/TR/CSP3/
 */
export function pageHeaders(page: DocsPage, nonce: string, connectOrigins: readonly string[]): Headers {
  const policy = [
    "default-src 'none'",
    ...directives[page].map((directive) =>
      directive
        .replace('NONCE', () => nonce)
        .replace(' ORIGINS', () => connectOrigins.map((origin) => ` ${origin}`).join('')),
    ),
    // No form of these pages is ever sent by the browser itself: scripts read them.
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]
  return new Headers({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': openerPolicy[page],
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
}

/** 128 random bits for one answer, as base64. */
export function freshNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
}
