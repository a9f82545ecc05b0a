/** Closed by default, and open on purpose. */
import { App, dependency, Router } from 'sallyport'
import { APIKeyHeader, HTTPBearer } from 'sallyport/security'
import { describe, expect, test, vi } from 'vitest'

const bearer = new HTTPBearer()

describe('closed', () => {
  test('an operation that anybody may call does not start', () => {
    const app = new App({ closed: true })
    expect(() => app.get('/x', () => 1)).toThrow(
      /GET \/x can be called by anybody, and the app is closed. Add a security dependency .* or say \{ public: true \}/,
    )
    const optional = new HTTPBearer({ autoError: false })
    expect(() => app.get('/y', { params: { optional } }, () => 1)).toThrow(/can be called by anybody/)
    const router = new Router()
    router.get('/z', () => 1)
    expect(() => app.include(router)).toThrow(/GET \/z can be called by anybody/)
    expect(app.operations).toEqual([])
  })

  test('a requirement of the operation, its router or the app closes it; public: true opens it', async () => {
    const app = new App({ closed: true })
    app.get('/own', { params: { bearer } }, () => 1)
    const router = new Router({ dependencies: [bearer] })
    router.get('/router', () => 1)
    app.include(router)
    app.get('/open', { public: true }, () => 1)
    app.get('/optional', { public: true, params: { who: new APIKeyHeader({ name: 'X', autoError: false }) } }, () => 1)
    expect((await app.request('/own')).status).toBe(401)
    expect((await app.request('/router')).status).toBe(401)
    expect((await app.request('/open')).status).toBe(200)
    expect((await app.request('/optional')).status).toBe(200)
  })

  test('closes what is mounted in it, now and later, however deep', async () => {
    const inner = new App()
    const middle = new App().mount('/inner', inner)
    inner.get('/open', () => 1)
    const outer = new App({ closed: true })
    expect(() => outer.mount('/sub', middle)).toThrow(
      'GET /open can be called by anybody, and the app that it is mounted in at /inner is closed. Add a security dependency to its params, its router or the app, or say { public: true }.',
    )
    expect((await outer.request('/sub/inner/open')).status).toBe(404)
    outer.mount('/public', middle, { public: true })
    expect((await outer.request('/public/inner/open')).status).toBe(200)

    const sound = new App()
    sound.get('/own', { params: { bearer } }, () => 1)
    sound.get('/said', { public: true }, () => 1)
    outer.mount('/sound', sound)
    expect((await outer.request('/sound/own')).status).toBe(401)
    expect((await outer.request('/sound/said')).status).toBe(200)
    expect(() => sound.get('/late', () => 1)).toThrow(/the app that it is mounted in at \/sound is closed/)
    expect(() => sound.mount('/deeper', inner)).toThrow(/GET \/open can be called by anybody/)
    expect(() => sound.mount('/deeper', () => new Response())).toThrow(/does not say whom it lets in/)
  })

  test('a function says nothing of whom it lets in, so the mount has to', async () => {
    const outer = new App({ closed: true })
    expect(() => outer.mount('/files', () => new Response('in'))).toThrow(
      "mount(): the app is closed, and what is mounted at /files does not say whom it lets in. If it guards itself, or anybody may call it, write mount('/files', …, { public: true }).",
    )
    outer.mount('/files', () => new Response('in'), { public: true })
    expect(await (await outer.request('/files/x')).text()).toBe('in')
    expect(() => outer.mount('/a', () => new Response(), { open: true } as never)).toThrow(/open/)
    expect(() => outer.mount('/a', () => new Response(), { public: 1 } as never)).toThrow(
      'mount(): public is true or false.',
    )
  })

  test('the docs are not operations of the app', async () => {
    expect((await new App({ closed: true }).request('/docs')).status).toBe(200)
  })
})

describe('public', () => {
  test('lifts what app and routers require, in the document, too; other dependencies still run', async () => {
    const limit = vi.fn()
    const app = new App({ dependencies: [bearer, dependency(limit)] })
    const router = new Router({ prefix: '/r', dependencies: [new APIKeyHeader({ name: 'X' })] })
    router.get('/open', { public: true }, () => 1)
    router.get('/closed', () => 1)
    app.include(router, { dependencies: [new APIKeyHeader({ name: 'Y', schemeName: 'Other' })] })
    expect((await app.request('/r/open')).status).toBe(200)
    expect(limit).toHaveBeenCalledTimes(1)
    expect((await app.request('/r/closed')).status).toBe(401)
    const { paths } = app.openapi()
    expect(paths['/r/open']?.get?.security).toBeUndefined()
    expect(paths['/r/open']?.get?.responses).not.toHaveProperty('401')
    expect(paths['/r/closed']?.get?.security).toEqual([{ HTTPBearer: [], Other: [], APIKeyHeader: [] }])
  })

  test('beside a requirement of its own is a contradiction', () => {
    expect(() => new App().get('/x', { public: true, params: { bearer } }, () => 1)).toThrow(
      /declared as public, but itself requires HTTPBearer/,
    )
    expect(() => new Router().get('/x', { public: true, dependencies: [bearer] }, () => 1)).toThrow(
      /declared as public/,
    )
  })
})
