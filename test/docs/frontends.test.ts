import { afterEach, expect, test, vi } from 'vitest'
import bearer from '../../docs/src/frontends/bearer.ts'
import { Client } from '../../docs/src/frontends/page.ts'
import app from '../../docs/src/frontends/session.ts'
import { cors } from '../../src/cors.ts'
import { CookieToken } from '../../src/security/index.ts'

const frontend = 'https://app.example.com'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** A browser that shows a page: it says where requests come from, and keeps the cookie. */
function browse(origin: string, cookies: Map<string, string> = new Map()): typeof cookies {
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const headers = new Headers(init.headers)
    headers.set('origin', origin)
    if (cookies.size > 0) headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '))
    const response = await app.request(url, { ...init, headers })
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';', 1)[0]?.split(/=(.*)/s) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  })
  return cookies
}

test('the page logs in, orders, is loaded again, and logs out', async () => {
  const cookies = browse(frontend)
  const page = new Client('https://api.example.com')
  expect((await page.send('/me')).status).toBe(401)
  expect(await page.login('johndoe', 'secret')).toBe(200)
  expect([...cookies.keys()]).toEqual(['__Host-session'])
  expect(await page.send('/me')).toEqual({ status: 200, body: { name: 'johndoe' } })
  expect(await page.send('/orders', 'POST')).toEqual({ status: 200, body: { of: 'johndoe' } })
  const again = new Client('https://api.example.com')
  expect((await again.send('/orders', 'POST')).body).toEqual({
    detail: 'The CSRF token is missing or not valid',
  })
  await again.resume()
  expect((await again.send('/orders', 'POST')).status).toBe(200)
  expect((await again.send('/logout', 'POST')).status).toBe(204)
  expect((await again.send('/me')).status).toBe(401)
})

test('guesses at a password have to wait', async () => {
  browse(frontend)
  const page = new Client('https://api.example.com')
  for (let guess = 0; guess < 5; guess++)
    expect((await page.send('/login', 'POST', { name: 'nobody', password: 'guess' })).status).toBe(400)
  expect((await page.send('/login', 'POST', { name: 'nobody', password: 'guess' })).status).toBe(429)
  expect(await page.login('johndoe', 'secret')).toBe(200)
})

test('a page of another origin is refused, even with the cookie', async () => {
  const cookies = browse(frontend)
  await new Client('https://api.example.com').login('johndoe', 'secret')
  browse('https://blog.example.com', cookies)
  const evil = new Client('https://api.example.com')
  const detail = 'The request does not come from an allowed origin'
  expect((await evil.send('/orders', 'POST')).body).toEqual({ detail })
  expect((await evil.send('/login', 'POST', { name: 'johndoe', password: 'secret' })).body).toEqual({
    detail,
  })
})

test('the cookie is one that the browser guards', async () => {
  const response = await app.request('/login', {
    method: 'POST',
    headers: { origin: frontend, 'content-type': 'application/json' },
    body: '{"name":"johndoe","password":"secret"}',
  })
  expect(response.headers.get('set-cookie')).toMatch(
    /^__Host-session=[\w.-]+; Path=\/; Max-Age=28800; Secure; HttpOnly; SameSite=Lax$/,
  )
  expect(response.headers.get('access-control-allow-credentials')).toBe('true')
  const wrong = await app.request('/login', {
    method: 'POST',
    headers: { origin: frontend, 'content-type': 'application/json' },
    body: '{"name":"johndoe","password":"wrong"}',
  })
  expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([400, null])
})

test('the document says what is refused', () => {
  const { components, paths } = app.openapi()
  expect(components?.securitySchemes).toMatchObject({
    CookieToken: { type: 'apiKey', in: 'cookie', name: '__Host-session' },
  })
  expect(Object.keys(paths?.['/orders']?.post?.responses ?? {})).toEqual(['200', '401', '403'])
  expect(Object.keys(paths?.['/me']?.get?.responses ?? {})).toEqual(['200', '401'])
})

test('an answer to another origin has nothing that lets it be read', async () => {
  const headers = { authorization: 'Bearer t-john', origin: 'https://evil.example' }
  const response = await bearer.request('/me', { headers })
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, null])
})

test('what the page says of mistakes', () => {
  expect(() => cors({ allowOrigins: '*', allowCredentials: true })).toThrow('Name the origins')
  expect(() => cors({ allowOrigins: ['https://app.example.com/'] })).toThrow('is no origin')
  const verify = () => ({ subject: 'x' })
  const csrf = { secret: 'x'.repeat(32) }
  expect(() => new CookieToken({ verify, csrf, sameSite: 'None' as never })).toThrow('take bearer tokens')
  expect(() => new CookieToken({ verify, csrf, name: 'session' })).toThrow('name begins with __Host-')
})
