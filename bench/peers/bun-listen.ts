/** `Bun.serve`, typed: Bun's own types would change those of Node for all files. */
interface BunServe {
  serve(options: {
    readonly port: number
    readonly hostname: string
    fetch(request: Request): Response | Promise<Response>
  }): unknown
}

export const listen: BunServe['serve'] = (options) => (globalThis as unknown as { Bun: BunServe }).Bun.serve(options)
