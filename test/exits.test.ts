/** Yield dependencies: entered in order, left in reverse, exactly once; after the answer, or with its failure (FastAPI A9). */
import { App, BackgroundTasks, Depends, dependency, HTTPException } from 'sallyport'
import { beforeEach, describe, expect, test, vi } from 'vitest'

const log: string[] = []
beforeEach(() => void log.splice(0))

const outer = dependency(async function* () {
  log.push('enter outer')
  try {
    yield 'outer'
    log.push('outer goes on')
  } catch (error) {
    log.push(`outer sees ${(error as Error).message}`)
    throw error
  } finally {
    log.push('leave outer')
  }
})
const inner = dependency({ outer }, function* ({ outer }) {
  log.push('enter inner')
  try {
    yield `inner of ${outer}`
  } finally {
    log.push('leave inner')
  }
})

describe('success', () => {
  test('after the answer and the background tasks, in reverse', async () => {
    const app = new App()
    app.get('/x', { params: { inner, tasks: BackgroundTasks } }, ({ inner, tasks }) => {
      tasks.addTask((what: string) => log.push(what), 'task')
      log.push('handler')
      return inner
    })
    const response = await app.request('/x')
    expect(await response.json()).toBe('inner of outer')
    expect(log).toEqual([
      'enter outer',
      'enter inner',
      'handler',
      'task',
      'leave inner',
      'outer goes on',
      'leave outer',
    ])
  })

  test('with a stream: when it has been read, or nobody wants it any more', async () => {
    const app = new App()
    app.get('/x', { params: { outer } }, async function* () {
      yield 'chunk one, '
      log.push('streaming')
      yield 'chunk two'
    })
    const read = await app.request('/x')
    expect(log).toEqual(['enter outer'])
    expect(await read.text()).toBe('chunk one, chunk two')
    await vi.waitFor(() => expect(log).toEqual(['enter outer', 'streaming', 'outer goes on', 'leave outer']))

    log.splice(0)
    const abandoned = await app.request('/x')
    await abandoned.body?.cancel()
    await vi.waitFor(() => expect(log).toEqual(['enter outer', 'outer goes on', 'leave outer']))
  })

  test("scope: 'function' ends before the answer, and can still decide it", async () => {
    const strict = dependency(function* () {
      yield 1
      throw new HTTPException(409, 'at the end')
    })
    const app = new App()
    app.get('/function', { params: { strict: Depends(strict, { scope: 'function' }), outer } }, () => 1)
    expect((await app.request('/function')).status).toBe(409)
    expect(log).toEqual(['enter outer', 'outer sees at the end', 'leave outer'])
    const reported = vi.fn()
    const late = new App({ onError: reported })
    late.get('/request', { params: { strict } }, () => 1)
    expect((await late.request('/request')).status).toBe(200)
    expect(reported).toHaveBeenCalledTimes(1)
  })

  test('one that lives as long as the request cannot use one that ends before: refused when declared', () => {
    const uses = dependency({ outer: Depends(outer, { scope: 'function' }) }, function* () {
      yield 1
    })
    const plain = dependency({ outer: Depends(outer, { scope: 'function' }) }, () => 1)
    const app = new App()
    expect(() => app.get('/x', { params: { uses } }, () => 1)).toThrow(/uses outer, which ends before the answer/)
    expect(() => app.get('/x', { params: { plain } }, () => 1)).not.toThrow()
  })
})

describe('failure', () => {
  test('a failure of the handler is thrown at every yield, before the answer; its tasks do not run', async () => {
    const app = new App()
    app.get('/x', { params: { inner, tasks: BackgroundTasks } }, ({ tasks }) => {
      tasks.addTask(() => log.push('task'))
      throw new HTTPException(418, 'teapot')
    })
    expect((await app.request('/x')).status).toBe(418)
    expect(log).toEqual(['enter outer', 'enter inner', 'leave inner', 'outer sees teapot', 'leave outer'])
  })

  test('of a later dependency, too; what was never entered is not left', async () => {
    const fails = dependency({ outer }, async () => {
      throw new HTTPException(400, 'no')
    })
    const app = new App()
    app.get('/x', { params: { fails, inner } }, () => 1)
    expect((await app.request('/x')).status).toBe(400)
    expect(log).toEqual(['enter outer', 'outer sees no', 'leave outer'])
  })

  test('an exit may throw another error, which then decides the answer; swallowing it is a 500', async () => {
    class DatabaseError extends Error {}
    const turns = dependency(function* () {
      try {
        yield 1
      } catch (error) {
        if (error instanceof DatabaseError) throw new HTTPException(503, 'try later')
        throw error
      }
    })
    const swallows = dependency(function* () {
      try {
        yield 1
      } catch {}
    })
    const reported = vi.fn()
    const app = new App({ onError: reported })
    app.get('/turns', { params: { turns } }, () => {
      throw new DatabaseError('secret detail')
    })
    app.get('/swallows', { params: { swallows } }, () => {
      throw new HTTPException(400)
    })
    const turned = await app.request('/turns')
    expect([turned.status, await turned.json()]).toEqual([503, { detail: 'try later' }])
    const swallowed = await app.request('/swallows')
    expect([swallowed.status, await swallowed.text()]).toEqual([500, 'Internal Server Error'])
    expect(reported).toHaveBeenCalledTimes(1)
  })

  test('a generator without a yield, and one with two, are errors of the app', async () => {
    const reported = vi.fn()
    const app = new App({ onError: reported })
    const none = dependency(function* (): Generator<number> {})
    const two = dependency(function* () {
      yield 1
      yield 2
    })
    app.get('/none', { params: { none } }, () => 1)
    app.get('/two', { params: { two } }, () => 1)
    expect((await app.request('/none')).status).toBe(500)
    expect((await app.request('/two')).status).toBe(200)
    expect(reported.mock.calls.map(([error]) => (error as Error).message)).toEqual([
      'A yield dependency ended without a yield',
      'A yield dependency yielded twice',
    ])
  })
})

test('a background task that fails is reported, and the next one runs', async () => {
  const reported = vi.fn()
  const app = new App({ onError: reported })
  app.get('/x', { params: { tasks: BackgroundTasks } }, ({ tasks }) => {
    tasks.addTask(() => Promise.reject(new Error('task')))
    tasks.addTask(() => log.push('second'))
  })
  expect((await app.request('/x')).status).toBe(200)
  expect(reported).toHaveBeenCalledTimes(1)
  expect(log).toEqual(['second'])
})

test('fetch() leaves the rest to waitUntil', async () => {
  const { FetchContext } = await import('sallyport')
  const app = new App()
  app.get('/x', { params: { inner } }, ({ inner }) => inner)
  const work: Promise<unknown>[] = []
  const response = await app.fetch(
    new Request('http://h/x'),
    new FetchContext({ waitUntil: (each) => void work.push(each) }),
  )
  expect(response.status).toBe(200)
  await Promise.all(work)
  expect(log.at(-1)).toBe('leave outer')
})

test('a middleware that fails behind the answer does not keep the exits from running', async () => {
  const app = new App({ onError: () => {} })
  app.use(async (request, next) => {
    await next(request)
    throw new Error('late')
  })
  app.get('/x', { params: { outer } }, () => 1)
  expect((await app.request('/x')).status).toBe(500)
  expect(log).toEqual(['enter outer', 'outer goes on', 'leave outer'])
})
