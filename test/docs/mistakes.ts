/** The mistakes of the tutorial's "What goes wrong", each made for real: what it throws, or what `onError` hears. */
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import {
  App,
  Body,
  type CurrentResponse,
  cors,
  type Dependency,
  Depends,
  dependency,
  Form,
  HTTPException,
  Path,
  Query,
  CurrentResponse as Response,
  Router,
  type Schema,
} from 'sallyport'
import * as v from 'valibot'
import { z } from 'zod'

/** What a reader who does not listen to the compiler could write. */
const wrong = <T>(value: unknown): T => value as T
const id = { params: { id: Path(z.int()) } }
const handler = (): number => 1

/** Mistakes that throw when the app is declared. */
export const DECLARED: readonly (() => unknown)[] = [
  () => new App().get('/', wrong<object>({ parms: {} }), handler),
  () => {
    const app = new App()
    app.get('/a/{b}', { params: { b: Path(z.string()) } }, handler)
    app.get('/a/{c}', { params: { c: Path(z.string()) } }, handler)
  },
  () => new App().get('/items/{id}', wrong(handler)),
  () => new App().get('/items', id, handler),
  () => new App().get('/items/{id:int}', id, handler),
  () => new App().get('/', wrong<object>({ params: { q: z.string() } }), handler),
  () => {
    const getDb = (): string => 'a database'
    new App().get('/', wrong<object>({ params: { db: getDb } }), handler)
  },
  () => new App().get('/', { params: { d: Query(z.date()) } }, handler),
  () => new App().post('/', { params: { a: Body(z.string()), b: Body(z.string()) } }, handler),
  () => new App().post('/', { params: { a: Body(z.string()), b: Form(z.string()) } }, handler),
  () => new HTTPException(99),
  () => new App({ dependencies: [wrong<Dependency<number>>(handler)] }),
  () => Depends(dependency(handler), wrong({ useCash: false })),
  () => Depends(wrong<Dependency<number>>(handler)),
  () => new App().overrides.set(wrong<Dependency<number>>(handler), handler),
  () => cors({ allowOrigins: '*', allowCredentials: true }),
  () => cors({ allowOrigins: ['https://app.example.com/'] }),
  () => new App({ lifespan: wrong('x') }),
  () => {
    const router = new Router({ prefix: '/items' })
    new App().include(router)
    router.get('/x', handler)
  },
  () => new App().include(new App()),
  () => new Router({ prefix: '/items/' }),
  () => new App({ problemDetails: { types: { 404: 'no uri' } } }),
  () => {
    const app = new App()
    for (const path of ['/a', '/b'] as const) app.get(path, { operationId: 'x' }, handler)
    app.openapi()
  },
  () => new App().get('/a', { openapiExtra: wrong({ security: [] }) }, handler),
  () => new App().get('/items', { params: { limit: Query(wrong<Schema>(v.optional(v.number(), 10))) } }, handler),
  () => {
    const Span = v.pipe(
      v.object({ from: v.number() }),
      v.check(() => true),
    )
    new App().post('/spans', { params: { span: Body(toStandardJsonSchema(Span)) } }, handler)
  },
]

/** Mistakes that show when a request comes. */
export const REQUESTED: readonly ((onError: (error: unknown) => void) => App)[] = [
  (onError) => {
    const app = new App({ onError })
    app.get('/', { params: { response: Response } }, ({ response }: { response: CurrentResponse }) => {
      response.setCookie('name', 'two words')
    })
    return app
  },
  (onError) => withValue(onError, function* () {}),
  (onError) =>
    withValue(onError, function* () {
      yield 1
      yield 2
    }),
  (onError) => {
    const app = new App({ onError, async *lifespan() {} })
    app.get('/', handler)
    return app
  },
  (onError) => {
    const app = new App({ onError })
    app.get(
      '/',
      wrong(() => handler),
    )
    return app
  },
]

function withValue(onError: (error: unknown) => void, make: () => Generator<number>): App {
  const app = new App({ onError })
  app.get('/', { params: { value: dependency(make) } }, handler)
  return app
}
