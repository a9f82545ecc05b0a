import { describe, expect, it, vi } from 'vitest'
import { App, anyOf, dependency, HTTPException } from '../src/index.ts'
import { JWT, JWTVerifier, MalformedTokenError } from '../src/jwt/index.ts'
import { APIKeyHeader, HTTPBearer, OAuth2PasswordBearer } from '../src/security/index.ts'

const tokens = new JWT({ secret: 'a secret of at least thirty-two bytes', expiresIn: '1h' })
const bearer = (): OAuth2PasswordBearer<never, true, JWT> =>
  new OAuth2PasswordBearer({ tokenUrl: 'token', verify: tokens })

const asked = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })

async function said(response: Response): Promise<unknown[]> {
  return [response.status, response.headers.get('www-authenticate'), await response.text()]
}

describe('who is not let in', () => {
  const app = new App()
  app.get('/me', { params: { user: bearer() } }, ({ user }) => user.subject)
  const INVALID = 'Bearer error="invalid_token", error_description="The token is malformed"'

  it('is told the same each time, whatever was said between', async () => {
    for (let time = 0; time < 3; time++) {
      expect(await said(await app.request('/me'))).toEqual([401, 'Bearer', '{"detail":"Not authenticated"}'])
      expect(await said(await app.request('/me', asked('garbage')))).toEqual([
        401,
        INVALID,
        '{"detail":"Could not validate credentials"}',
      ])
    }
    expect(await said(await app.request('/me', asked(await tokens.sign({ sub: 'alice' }))))).toEqual([
      200,
      null,
      '"alice"',
    ])
  })

  it('is an HTTPException of its own for each request, with its cause, where the app answers itself', async () => {
    const seen: HTTPException[] = []
    const own = new App()
    own.exceptionHandler(HTTPException, (error) => {
      seen.push(error)
      return Response.json({ code: 'who are you' }, { status: 401 })
    })
    own.get('/me', { params: { user: bearer() } }, ({ user }) => user.subject)
    for (let time = 0; time < 2; time++) expect((await own.request('/me', asked('garbage'))).status).toBe(401)
    expect(seen).toHaveLength(2)
    expect(seen[0]).toBeInstanceOf(HTTPException)
    expect(seen[0]).not.toBe(seen[1])
    expect(seen[0]?.cause).toBeInstanceOf(MalformedTokenError)
  })

  it('is an HTTPException for who observes', async () => {
    const seen: unknown[] = []
    const own = new App()
    own.observe(() => ({ end: ({ error, callers }) => seen.push(error, callers) }))
    own.get('/me', { params: { user: bearer() } }, ({ user }) => user.subject)
    await own.request('/me', asked('garbage'))
    expect(seen[0]).toBeInstanceOf(HTTPException)
    expect(seen[1]).toEqual([undefined])
  })

  it('is asked for in the form of each app, when one scheme stands in two', async () => {
    const scheme = bearer()
    const plain = new App()
    const problems = new App({ problemDetails: true })
    for (const each of [plain, problems]) each.get('/me', { params: { user: scheme } }, ({ user }) => user.subject)
    for (let time = 0; time < 2; time++) {
      expect((await plain.request('/me')).headers.get('content-type')).toBe('application/json')
      expect((await problems.request('/me')).headers.get('content-type')).toBe('application/problem+json')
    }
  })

  it('reaches no dependency behind the scheme, and no handler', async () => {
    const called: string[] = []
    const scheme = new APIKeyHeader({ name: 'x-key', verify: (key) => (key === 'good' ? { key } : undefined) })
    const user = dependency({ key: scheme }, ({ key }) => {
      called.push('user')
      return key
    })
    const own = new App()
    own.get('/', { params: { user } }, () => {
      called.push('handler')
    })
    expect((await own.request('/', { headers: { 'x-key': 'bad' } })).status).toBe(401)
    expect(called).toEqual([])
    expect((await own.request('/', { headers: { 'x-key': 'good' } })).status).toBe(200)
    expect(called).toEqual(['user', 'handler'])
  })

  it('has what was entered before it left, with the error', async () => {
    const left: unknown[] = []
    const first = new APIKeyHeader({ name: 'x-first', schemeName: 'First' })
    const session = dependency({ key: first }, function* ({ key }) {
      try {
        yield key
      } catch (error) {
        left.push(error)
        throw error
      }
    })
    const own = new App()
    own.get('/', { params: { session, user: bearer() } }, () => 'in')
    const response = await own.request('/', { headers: { 'x-first': 'key', authorization: 'Bearer garbage' } })
    expect(await said(response)).toEqual([401, INVALID, '{"detail":"Could not validate credentials"}'])
    expect(left).toHaveLength(1)
    expect(left[0]).toBeInstanceOf(HTTPException)
    expect((left[0] as HTTPException).cause).toBeInstanceOf(MalformedTokenError)
  })

  it('is thrown at who calls the scheme by hand', async () => {
    await expect(bearer()(new Request('http://localhost/me'))).rejects.toThrow(HTTPException)
    await expect(bearer()(new Request('http://localhost/me', asked('garbage')))).rejects.toThrow(
      'Could not validate credentials',
    )
  })

  it('waits for a verifier that is asynchronous', async () => {
    const own = new App()
    const later = new HTTPBearer({ verify: async ({ credentials }) => (credentials === 'good' ? { ok: true } : null) })
    own.get('/', { params: { later } }, ({ later: { ok } }) => ok)
    expect((await own.request('/', asked('bad'))).status).toBe(401)
    expect((await own.request('/', asked('good'))).status).toBe(200)
  })

  it('tries the next of several ways in', async () => {
    const own = new App()
    const key = new APIKeyHeader({ name: 'x-key', verify: (given) => (given === 'good' ? { subject: 'key' } : null) })
    own.get('/', { params: { user: anyOf(bearer(), key) } }, ({ user }) => user.subject)
    const good = { 'x-key': 'good' }
    expect(await (await own.request('/', { headers: good })).text()).toBe('"key"')
    expect(await (await own.request('/', { headers: { ...good, authorization: 'Bearer x' } })).text()).toBe('"key"')
    const [status, challenge] = await said(await own.request('/', { headers: { 'x-key': 'bad' } }))
    expect([status, challenge]).toEqual([401, 'Bearer, APIKey'])
  })
})

describe("what is the app's own", () => {
  it('is asked each time: a subclass may answer each request in another way, frozen or not', async () => {
    let count = 0
    class Counting extends HTTPBearer {
      constructor() {
        super()
        Object.freeze(this)
      }
      override makeNotAuthenticatedError(): HTTPException {
        return new HTTPException(401, `the ${++count}. time`, { headers: this.makeAuthenticateHeaders() })
      }
    }
    const app = new App()
    const scheme = new Counting()
    app.get('/', { params: { scheme } }, () => null)
    const before = count
    expect(await (await app.request('/')).json()).toEqual({ detail: `the ${before + 1}. time` })
    expect(await (await app.request('/')).json()).toEqual({ detail: `the ${before + 2}. time` })
  })

  it('is asked where a subclass overrides authenticate()', async () => {
    class Closed extends HTTPBearer {
      override authenticate(): never {
        throw new HTTPException(403, 'Closed')
      }
    }
    const app = new App()
    app.get('/', { params: { scheme: new Closed() } }, () => null)
    expect((await app.request('/')).status).toBe(403)
    expect((await app.request('/', asked('token'))).status).toBe(403)
  })

  it("is asked where it has a verifier's check() replaced", async () => {
    const own = new JWT({ secret: 'a secret of at least thirty-two bytes', expiresIn: '1h' })
    const app = new App()
    app.get(
      '/',
      { params: { user: new OAuth2PasswordBearer({ tokenUrl: 'token', verify: own }) } },
      ({ user }) => user.subject,
    )
    const token = await own.sign({ sub: 'alice' })
    expect((await app.request('/', asked(token))).status).toBe(200)
    vi.spyOn(own, 'check').mockImplementation(() => {
      throw new MalformedTokenError()
    })
    expect((await app.request('/', asked(token))).status).toBe(401)

    class Picky extends JWTVerifier {
      override check(): never {
        throw new MalformedTokenError('Not today')
      }
    }
    const picky = new Picky({ secret: 'a secret of at least thirty-two bytes', algorithms: ['HS256'] })
    const other = new App()
    other.get('/', { params: { user: new HTTPBearer({ verify: picky }) } }, () => null)
    const [status, challenge] = await said(await other.request('/', asked(token)))
    expect([status, challenge]).toEqual([401, 'Bearer error="invalid_token", error_description="Not today"'])
  })
})
