export { bindings } from './workers/bindings.ts'
export { type ServeOptions, serve, type WorkerContext, type WorkerHandler } from './workers/handler.ts'
