export { type BunTLS, type ServeOptions, serve } from './bun/serve.ts'
export { ListenError, type ListenErrorCode } from './listen-error.ts'
export type { CommonOptions } from './web/options.ts'
export type { Server } from './web/server.ts'
