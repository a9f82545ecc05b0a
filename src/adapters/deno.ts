export { type DenoTLS, type ServeOptions, serve } from './deno/serve.ts'
export { ListenError, type ListenErrorCode } from './listen-error.ts'
export type { CommonOptions } from './web/options.ts'
export type { Server } from './web/server.ts'
