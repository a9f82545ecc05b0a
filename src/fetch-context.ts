import type { Reply } from './reply.ts'

/** Options of a {@link FetchContext}. */
export interface FetchContextOptions {
  /** The mount prefix that a server took off the path: no slash at its end. */
  readonly rootPath?: string
  /** The address of the client's end of the connection. */
  readonly clientAddress?: string
  /** Keeps the runtime alive until work after the answer is done. */
  readonly waitUntil?: (work: Promise<unknown>) => void
}

/**
 * What a runtime knows of a request beside the `Request` itself: the second argument of `app.fetch`.
 *
 * It is a class, because runtimes pass things of their own there (bindings, a server), which must not be taken for it.
 *
 * @example
 * ```ts
 * import { App, FetchContext } from 'sallyport'
 *
 * const app = new App()
 * await app.fetch(new Request('http://localhost/docs'), new FetchContext({ rootPath: '/api' }))
 * ```
 */
export class FetchContext {
  readonly rootPath: string | undefined
  readonly clientAddress: string | undefined
  readonly waitUntil: ((work: Promise<unknown>) => void) | undefined

  /** @throws TypeError for a root path that is none. */
  constructor(options: FetchContextOptions) {
    if (options.rootPath) assertRootPath(options.rootPath, 'FetchContext')
    this.rootPath = options.rootPath
    this.clientAddress = options.clientAddress
    this.waitUntil = options.waitUntil
  }
}

/**
 * Refuses what cannot be a mount prefix: redirects and the document are made with it.
 *
 * @throws TypeError
 */
export function assertRootPath(rootPath: string, where: string): void {
  if (typeof rootPath !== 'string' || !/^(?:\/[\w.~!$&'()*+,;=:@%-]+)+$/.test(rootPath))
    throw new TypeError(`${where}: rootPath starts with one slash and does not end with one, like /api/v1.`)
}

/** A response after which work is left to do: it begins when the body has been sent, or nobody wants it any more. */
export function finishAfter(response: Response, reply: Reply, waitUntil: FetchContext['waitUntil']): Response {
  const { after } = reply
  if (after === undefined) return response
  if (!(reply.body instanceof ReadableStream) || response.body === null) {
    const work = Promise.resolve().then(after)
    waitUntil?.(work)
    return response
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  waitUntil?.(promise.then(after))
  if (!waitUntil) promise.then(after)
  const reader = response.body.getReader()
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        controller.close()
      } catch (error) {
        controller.error(error)
      }
      resolve()
    },
    async cancel(reason) {
      resolve()
      await reader.cancel(reason)
    },
  }
  return new Response(new ReadableStream(source, { highWaterMark: 0 }), response)
}
