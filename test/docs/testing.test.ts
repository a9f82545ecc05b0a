import { afterEach, expect, test, vi } from 'vitest'
import app, { getUser } from '../../docs/src/testing/main.ts'
import { mailer } from '../../docs/src/testing/services.ts'
import { tokens } from '../../docs/src/testing/tokens.ts'
import { JWT } from '../../src/jwt/index.ts'
import { as, attack, override } from '../../src/testing/index.ts'
// The tests of the page run with these.
import '../../docs/src/testing/main.test.ts'

const johndoe = { subject: 'johndoe', scopes: ['items', 'admin'], claims: {} }
const reminder = (): Promise<Response> => as(app, johndoe).request('/users/alice/reminder', { method: 'POST' })

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

test('what is given no clock looks the time up, so that fake timers reach it', async () => {
  const fixed = new JWT({ secret: 'a secret of the tests, of more than 32 bytes', expiresIn: '30m' })
  const token = await fixed.sign({ sub: 'johndoe' })
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
  await expect(fixed.verify(token)).rejects.toThrow('The token has expired')
  await expect(tokens.verify(await tokens.sign({ sub: 'johndoe', exp: 1 }))).rejects.toThrow('The token has expired')
})

test('overrides end in any order', async () => {
  const calls: string[] = []
  const first = override(app, mailer, async () => void calls.push('first'))
  const second = override(app, mailer, async () => void calls.push('second'))
  await reminder()
  first[Symbol.dispose]()
  await reminder()
  second[Symbol.dispose]()
  await reminder()
  expect(calls).toEqual(['second', 'second'])
  expect(app.overrides.size).toBe(0)
})

test('an override of a scheme takes its scopes away; as() does not', async () => {
  using _restored = override(app, getUser, { name: 'anybody', items: [] })
  expect((await app.request('/items')).status).toBe(200)
})

test('attack() finds an override that was left', async () => {
  using _left = override(app, getUser, { name: 'anybody', items: [] })
  const report = await attack(app)
  expect(report.failures[0]).toMatchObject({
    kind: 'override',
    what: expect.stringMatching(
      /^overrides stand in the place of a dependency above \w+, so it is not the declared security that runs$/,
    ),
  })
})

test('nobody, and production', async () => {
  expect(() => as(app, undefined as never)).toThrow('as(): the principal is nobody.')
  vi.stubEnv('NODE_ENV', 'production')
  expect(() => as(app, johndoe)).toThrow(
    'as() of sallyport/testing is for tests, and NODE_ENV is production. Import it in tests only, and run those without NODE_ENV=production.',
  )
})

test('a user who is no more', async () => {
  const response = await as(app, { ...johndoe, subject: 'alice' }).request('/me')
  expect([response.status, await response.json()]).toEqual([403, { detail: 'This user is no more' }])
})

test('the document', () => {
  expect(app.openapi().paths?.['/users/{name}/reminder']?.post?.security).toEqual([{ OAuth2PasswordBearer: ['admin'] }])
})

test('an issuer of the tests', async () => {
  const { signer, verifier } = await import('../../docs/src/testing/issuer.ts')
  expect(await verifier.verify(await signer.sign({ sub: 'johndoe' }))).toMatchObject({ sub: 'johndoe' })
  await expect(verifier.verify(await tokens.sign({ sub: 'johndoe' }))).rejects.toThrow()
})
