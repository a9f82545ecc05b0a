import type { App } from '../../app.ts'
import type { Application } from '../../reply.ts'

/**
 * Refuses to serve an app that asks for the certificate of the connection where a runtime does not tell it: nobody could ever be let
 * in, and nobody would know why.
 *
 * @throws TypeError that names the operation and what to do.
 */
export function assertTellsCertificates(app: Application, runtime: string): void {
  const { operations, mounts } = app as Partial<App>
  if (!Array.isArray(operations)) return
  for (const { route, plan } of operations as App['operations']) {
    const scheme = plan.schemes.find(({ certificateFrom }) => certificateFrom === 'socket')
    if (scheme === undefined) continue
    throw new TypeError(
      `serve: ${route.where} requires ${scheme.schemeName}, the client's certificate of the TLS connection, which ${runtime} does not tell. Serve the app with sallyport/node, or let a proxy in front take the certificate and say from: 'client-cert' and serve(app, { trustProxy }).`,
    )
  }
  for (const { to } of mounts ?? []) if (typeof to !== 'function') assertTellsCertificates(to, runtime)
}
