export { ListenError, type ListenErrorCode } from './node/listen-error.ts'
export type { ServeOptions } from './node/options.ts'
export { type Server, serve } from './node/serve.ts'
export { type NodeHandler, type NodeHandlerOptions, toNodeHandler } from './node/to-node-handler.ts'
