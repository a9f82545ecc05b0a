import { App, dependency } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { override, ProductionError } from 'sallyport/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'

afterEach(() => vi.unstubAllEnvs())

const bearer = new HTTPBearer()
const getUser = dependency({ bearer }, ({ bearer }) => ({ name: bearer.credentials }))

function userApp(): App {
  const app = new App()
  app.get('/me', { params: { user: getUser } }, ({ user }) => user)
  return app
}

const me = async (app: App): Promise<unknown> => {
  const answer = await app.request('/me')
  return answer.status === 200 ? answer.json() : answer.status
}

describe('override()', () => {
  test('stands in the place of a dependency until the scope is left', async () => {
    const app = userApp()
    {
      using _restored = override(app, getUser, { name: 'john' })
      expect(await me(app)).toEqual({ name: 'john' })
    }
    expect(await me(app)).toBe(401)
    expect(app.overrides.size).toBe(0)
  })

  test('puts back what was there, another override too', async () => {
    const app = userApp()
    app.overrides.set(getUser, () => ({ name: 'ground' }))
    {
      using _outer = override(app, getUser, { name: 'outer' })
      {
        using _inner = override(app, getUser, { name: 'inner' })
        expect(await me(app)).toEqual({ name: 'inner' })
      }
      expect(await me(app)).toEqual({ name: 'outer' })
    }
    expect(await me(app)).toEqual({ name: 'ground' })
  })

  test('ended in another order, or twice, it still comes back to the ground', async () => {
    const app = userApp()
    const first = override(app, getUser, { name: 'first' })
    const second = override(app, getUser, { name: 'second' })
    first[Symbol.dispose]()
    expect(await me(app)).toEqual({ name: 'second' })
    const third = override(app, getUser, { name: 'third' })
    second[Symbol.dispose]()
    second[Symbol.dispose]()
    expect(await me(app)).toEqual({ name: 'third' })
    third[Symbol.dispose]()
    expect(await me(app)).toBe(401)
    expect(app.overrides.size).toBe(0)
    {
      using _again = override(app, getUser, { name: 'again' })
      expect(await me(app)).toEqual({ name: 'again' })
    }
    expect(await me(app)).toBe(401)
  })

  test('a failing test puts back, too', async () => {
    const app = userApp()
    await expect(async () => {
      using _restored = override(app, getUser, { name: 'john' })
      throw new Error('a failed assertion')
    }).rejects.toThrow('a failed assertion')
    expect(await me(app)).toBe(401)
  })

  test('takes a dependency, run for each request; a scheme can be overridden', async () => {
    const app = userApp()
    const call = vi.fn(() => ({ name: 'made' }))
    {
      using _restored = override(app, getUser, dependency(call))
      expect(await me(app)).toEqual({ name: 'made' })
      expect(await me(app)).toEqual({ name: 'made' })
    }
    expect(call).toHaveBeenCalledTimes(2)
    using _token = override(app, bearer, { scheme: 'Bearer', credentials: 'given' })
    expect(await me(app)).toEqual({ name: 'given' })
  })

  test('a value that is a function is the value', async () => {
    const greet = dependency(() => (name: string) => `Hello ${name}`)
    const app = new App()
    app.get('/', { params: { greet } }, ({ greet }) => greet('John'))
    using _restored = override(app, greet, (name: string) => `Ahoy ${name}`)
    expect(await (await app.request('/')).json()).toBe('Ahoy John')
  })

  test('two apps do not see each other', async () => {
    const [one, two] = [userApp(), userApp()]
    using _restored = override(one, getUser, { name: 'one' })
    expect(await me(one)).toEqual({ name: 'one' })
    expect(await me(two)).toBe(401)
  })

  test('is refused in production, and for what is no dependency', () => {
    const app = userApp()
    expect(() => override(app, (() => 1) as never, 2 as never)).toThrow(/second argument is the dependency/)
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => override(app, getUser, { name: 'john' })).toThrow(ProductionError)
    expect(() => override(app, getUser, { name: 'john' })).toThrow(/override\(\) .* is for tests/)
    expect(app.overrides.size).toBe(0)
  })
})
