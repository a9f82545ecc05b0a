const HOST = /^(?:[\w.~-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/
let lastHost: string | undefined

/**
 * Whether a `Host` names a host and a port and nothing else: a strict reading of RFC 3986 §3.2.2, without percent-encoding.
 *
 * What a runtime makes a URL of decides where its path begins: with `Host: a/admin?` in front of it, `/` is `/admin`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112.html#section-3.2
 */
export function isHost(host: string): boolean {
  if (host === lastHost) return true
  if (host.length > 261 || !HOST.test(host)) return false
  lastHost = host
  return true
}
