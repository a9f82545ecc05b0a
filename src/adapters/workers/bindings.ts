import type { Dependency } from '../../declaration.ts'
import { CurrentIncoming, dependency } from '../../depends.ts'
import type { WorkerContext } from './handler.ts'

/** What a Worker hands over beside a request. */
export class WorkerPlatform {
  readonly env: unknown
  readonly context: WorkerContext | undefined

  constructor(env: unknown, context: WorkerContext | undefined) {
    this.env = env
    this.context = context
  }
}

/**
 * A dependency that gives the bindings of a Worker: what `fetch` of the module gets as `env`.
 *
 * @typeParam Env the type that `wrangler types` writes.
 * @throws Error, which is answered with 500, where the app is served by anything but `serve` of `sallyport/workers`. In tests, put
 * bindings in its place: `app.overrides.set(env, () => ({ ... }))`.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { bindings, serve } from 'sallyport/workers'
 *
 * const env = bindings<{ GREETING: string }>()
 * const app = new App()
 * app.get('/', { params: { env } }, ({ env }) => ({ greeting: env.GREETING }))
 *
 * export default serve(app)
 * ```
 * @see https://developers.cloudflare.com/workers/runtime-apis/bindings/
 */
export function bindings<Env>(): Dependency<Env> {
  const read = dependency({ incoming: CurrentIncoming }, ({ incoming }) => {
    const { platform } = incoming
    if (platform instanceof WorkerPlatform) return platform.env
    throw new Error(
      'There are no bindings here: serve the app with serve of sallyport/workers, or override the dependency.',
    )
  })
  return read as Dependency<Env>
}
