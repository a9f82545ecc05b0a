/** What an app opens before its first request and closes after its last. */
import { App, type LifespanFunction } from 'sallyport'
import { serve } from 'sallyport/node'
import { beforeEach, expect, test, vi } from 'vitest'

const log: string[] = []
beforeEach(() => void log.splice(0))

const opening = (name: string): LifespanFunction =>
  async function* () {
    log.push(`open ${name}`)
    await Promise.resolve()
    try {
      yield
    } finally {
      log.push(`close ${name}`)
    }
  }
const app = (name: string, options = {}): App => {
  const made = new App({ lifespan: opening(name), ...options })
  made.get('/', () => {
    log.push(`request ${name}`)
    return name
  })
  return made
}

test('the first request starts it, once, however many there are', async () => {
  const one = app('one')
  expect(log).toEqual([])
  const answers = await Promise.all([one.request('/'), one.request('/'), one.fetch(new Request('http://localhost/'))])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(log).toEqual(['open one', 'request one', 'request one', 'request one'])
  await one.start()
  await Promise.all([one.stop(), one.stop()])
  expect(log.slice(-1)).toEqual(['close one'])
  expect(log.filter((line) => line.startsWith('close'))).toHaveLength(1)
})

test('a server starts it before it listens, and stops it when it has closed', async () => {
  const server = await serve(app('one'), { port: 0, installSignalHandlers: false })
  expect(log).toEqual(['open one'])
  await (await fetch(server.url)).text()
  await server.close()
  expect(log).toEqual(['open one', 'request one', 'close one'])
})

test('mounted apps start after the app that holds them, and stop before it', async () => {
  const [outer, inner, innermost] = [app('outer'), app('inner'), app('innermost')]
  inner.mount('/innermost', innermost)
  outer.mount('/inner', inner)
  outer.mount('/function', () => new Response())
  await outer.start()
  expect(log).toEqual(['open outer', 'open inner', 'open innermost'])
  expect((await outer.request('/inner/innermost/')).status).toBe(200)
  await outer.stop()
  expect(log).toEqual([
    'open outer',
    'open inner',
    'open innermost',
    'request innermost',
    'close innermost',
    'close inner',
    'close outer',
  ])
})

test('without a server a request to a mounted app starts both', async () => {
  const [outer, inner] = [app('outer'), app('inner')]
  outer.mount('/inner', inner)
  expect((await outer.request('/inner/')).status).toBe(200)
  expect(log).toEqual(['open outer', 'open inner', 'request inner'])
  await outer.stop()
  expect(log.slice(-2)).toEqual(['close inner', 'close outer'])
})

test('one that fails to start: every request is 500 without content, reported; nothing is left to stop', async () => {
  const onError = vi.fn()
  const failing = new App({
    onError,
    lifespan: async function* () {
      log.push('try')
      await Promise.reject(new Error('no database at postgres://user:hunter2@db'))
      yield
    },
  })
  failing.get('/', () => 1)
  for (const _ of [1, 2]) {
    const answer = await failing.request('/')
    expect([answer.status, await answer.text()]).toEqual([500, 'Internal Server Error'])
  }
  expect(log).toEqual(['try'])
  expect(onError).toHaveBeenCalledTimes(2)
  await expect(failing.start()).rejects.toThrow('no database')
  await failing.stop()
})

test('a mounted app that fails to start is the failure of who starts both', async () => {
  const outer = app('outer')
  outer.mount(
    '/inner',
    new App({
      lifespan: () => {
        throw new Error('inner fails')
      },
    }),
  )
  await expect(outer.start()).rejects.toThrow('inner fails')
  await outer.stop()
  expect(log).toEqual(['open outer', 'close outer'])
})

test('a failure of one to stop does not keep the others open', async () => {
  const outer = app('outer')
  outer.mount('/a', app('a'))
  outer.mount(
    '/b',
    new App({
      lifespan: function* () {
        yield
        throw new Error('b does not close')
      },
    }),
  )
  outer.mount('/c', app('c'))
  await outer.start()
  await expect(outer.stop()).rejects.toThrow('b does not close')
  expect(log.filter((line) => line.startsWith('close')).sort()).toEqual(['close a', 'close c', 'close outer'])
})

test('stopping before the start is nothing; stopping while it starts waits', async () => {
  const one = app('one')
  await one.stop()
  expect(log).toEqual([])
  const two = app('two')
  const starting = two.start()
  await two.stop()
  await starting
  expect(log).toEqual(['open two', 'close two'])
})

test('one without a yield, with two, and what is no generator are errors that say so', async () => {
  await expect(new App({ lifespan: async function* () {} as never }).start()).rejects.toThrow(/without a yield/)
  const twice = new App({
    lifespan: function* () {
      try {
        yield 1
        yield 2
      } finally {
        log.push('closed')
      }
    },
  })
  await twice.start()
  await expect(twice.stop()).rejects.toThrow(/yielded twice/)
  expect(log).toEqual(['closed'])
  await expect(new App({ lifespan: (() => {}) as never }).start()).rejects.toThrow(/generator/)
  await expect(new App({ lifespan: (async () => {}) as never }).start()).rejects.toThrow(/generator/)
  expect(() => new App({ lifespan: opening('x')() as never })).toThrow(/lifespan is a generator function/)
})
