/** The same app gives the same answers on Bun, Deno and Workers. */
import { expect, test } from 'vitest'
import { CA } from '../security/certificates.ts'
import { inEachRuntime } from './each.ts'

inEachRuntime((served) => {
  const get = (path: string, init?: RequestInit): Promise<Response> => fetch(served.serving.url + path, init)
  const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })

  async function login(scope: string, password = 'secret'): Promise<Response> {
    const body = new URLSearchParams({ grant_type: 'password', username: 'johndoe', password, scope })
    return get('/token', { method: 'POST', body })
  }
  async function token(scope: string): Promise<string> {
    return ((await (await login(scope)).json()) as { access_token: string }).access_token
  }

  test('JSON, and what is not found, not allowed or not valid', async () => {
    const hello = await get('/')
    expect([hello.status, hello.headers.get('content-type'), await hello.json()]).toEqual([
      200,
      'application/json',
      { hello: 'world' },
    ])
    expect(await (await get('/items/7?q=a%20b')).json()).toEqual({ id: 7, q: 'a b' })
    const wrong = await get('/items/seven')
    expect([wrong.status, await wrong.json()]).toMatchObject([422, { detail: [{ loc: ['path', 'id'] }] }])
    expect((await get('/nothing')).status).toBe(404)
    const method = await get('/', { method: 'PUT' })
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    const empty = await get('/empty')
    expect([empty.status, await empty.text()]).toEqual([204, ''])
  })

  test('a login: passwords are hashed, tokens signed and verified, scopes enforced', async () => {
    const nobody = await get('/users/me')
    expect([nobody.status, nobody.headers.get('www-authenticate'), await nobody.json()]).toEqual([
      401,
      'Bearer',
      { detail: 'Not authenticated' },
    ])
    expect((await login('me', 'Secret')).status).toBe(400)
    const me = await token('me')
    expect(await (await get('/users/me', bearer(me))).json()).toEqual({ name: 'johndoe' })
    const refused = await get('/users/me/items', bearer(me))
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer error="insufficient_scope".*scope="items"/)
    expect(await (await get('/users/me/items', bearer(await token('items')))).json()).toEqual(['a portcullis'])
    const [head, claims, signature = ''] = me.split('.')
    const forged = `${head}.${claims}.${signature.slice(0, -2)}${signature.endsWith('AA') ? 'BB' : 'AA'}`
    const challenged = await get('/users/me', bearer(forged))
    expect([challenged.status, challenged.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('invalid_token'),
    ])
  })

  test('HEAD has the headers of GET and no body', async () => {
    const [got, head] = [await get('/'), await get('/', { method: 'HEAD' })]
    expect([head.status, await head.text()]).toEqual([200, ''])
    for (const name of ['content-type', 'content-length']) expect(head.headers.get(name)).toBe(got.headers.get(name))
    const refused = await get('/users/me', { method: 'HEAD' })
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })

  test('several cookies are several lines', async () => {
    const answer = await get('/cookies')
    expect(answer.headers.getSetCookie().map((line) => line.split(';')[0])).toEqual(['one=1', 'two=2'])
  })

  test('a body up to the limit is read, announced or not', async () => {
    const json = (title: string): RequestInit => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title }),
    })
    const kept = await get('/items', json('é'.repeat(40_000)))
    expect([kept.status, await kept.json()]).toEqual([201, { title: 'é'.repeat(40_000) }])
    const chunks = (count: number): RequestInit => {
      let left = count
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
        if (left-- > 0) controller.enqueue(new Uint8Array(10_000).fill(0x20))
        else controller.close()
      }
      const body = new ReadableStream({ pull }, { highWaterMark: 0 })
      return { ...json(''), body, duplex: 'half' } as RequestInit
    }
    expect((await get('/items', chunks(5))).status).toBe(422)
    const malformed = await get('/items', { ...json(''), body: '{"title":' })
    expect(malformed.status).toBe(422)
  })

  test('the document and its pages, with every file that they name', async () => {
    const document = (await (await get('/openapi.json')).json()) as { paths: Record<string, { get: object }> }
    expect(document.paths['/users/me']?.get).toMatchObject({ security: [{ OAuth2PasswordBearer: ['me'] }] })
    const page = await get('/docs')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const files = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
    expect(files.length).toBeGreaterThan(1)
    for (const path of files) {
      const url = new URL(path, `${served.serving.url}/docs`)
      const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
      const gzip = await fetch(url, { headers: { 'accept-encoding': 'gzip' } })
      expect([plain.status, gzip.status], path).toEqual([200, 200])
      expect(await gzip.text(), path).toBe(await plain.text())
    }
  })

  test('how an answer is framed is for the runtime to say', async () => {
    const answer = await get('/framed')
    expect([answer.headers.get('x-kept'), await answer.text()]).toEqual(['yes', 'whole'])
    expect(answer.headers.get('transfer-encoding')).not.toBe('gzip')
  })

  test('the client’s address and URL', async () => {
    const sent = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https', 'cf-connecting-ip': '203.0.113.8' }
    const seen = await (await get('/address', { headers: sent })).json()
    // Whoever connects to workerd itself is not told, and may write what the edge writes.
    const address = served.name === 'workerd' ? null : '127.0.0.1'
    expect(seen).toEqual({ address, url: `${served.serving.url}/address`, root: '' })
  })
})

inEachRuntime(
  (served) => {
    const get = (path: string, cf?: object): Promise<Response> =>
      fetch(served.serving.url + path, {
        headers: { 'cf-connecting-ip': '203.0.113.8', ...(cf === undefined ? {} : { 'cf-blob': JSON.stringify(cf) }) },
      })

    test('bindings are a dependency', async () => {
      expect(await (await get('/binding')).json()).toBe('hello from a binding')
    })

    test('behind the edge the address is what the edge says', async () => {
      expect(await (await get('/address', { colo: 'FRA' })).json()).toMatchObject({ address: '203.0.113.8' })
    })

    test('a certificate is the one that the edge has verified', async () => {
      using ca = new CA('Clients')
      const { clientCert, thumbprint } = ca.issue('client', '/CN=johndoe')
      const shown = { certPresented: '1', certVerified: 'SUCCESS', certRevoked: '0', certRFC9440: clientCert }
      const told = async (auth: object | undefined): Promise<unknown> =>
        (await get('/certificate', auth && { tlsClientAuth: auth })).json()
      expect(await told(shown)).toEqual({ subject: { CN: 'johndoe' }, thumbprint })
      const refused = { certificate: false }
      expect(await told({ ...shown, certVerified: 'FAILED:unable to verify the first certificate' })).toEqual(refused)
      expect(await told({ ...shown, certRevoked: '1' })).toEqual(refused)
      expect(await told({ ...shown, certRFC9440: '' })).toEqual(refused)
      expect(await told({ ...shown, certRFC9440: ':AAAA:' })).toEqual(refused)
      expect(await told({ certPresented: '0', certVerified: 'NONE', certRevoked: '0' })).toEqual({ certificate: null })
      expect(await told(undefined)).toEqual({ certificate: null })
    })
  },
  ['workerd'],
)
