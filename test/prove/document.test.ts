/** What the document says is what the server does: over the tutorial apps and 1,000 random apps. */
import * as fc from 'fast-check'
import { App, type Incoming, Security } from 'sallyport'
import { APIKeyHeader, HTTPBearer } from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import { createAccessToken } from '../conformance/apps/jwt-tokens.ts'
import { FILES, makeApp as makeTutorialApp } from '../conformance/cases.ts'
import { proveDocument, type Wallet } from './document.ts'
import { appSpec, makeApp } from './random-app.ts'

const nothing: Wallet = { credential: () => undefined }

describe('a document that does not say what the server does is found', () => {
  const fixed = (text: string): Wallet => ({ credential: () => text, broken: () => 'broken' })
  const verify = ({ credentials }: { credentials: string }) =>
    credentials === 'good' ? { subject: 'johndoe', scopes: ['a'] } : undefined

  test('more is let in than it says', async () => {
    class Lenient extends APIKeyHeader {
      override readCredentials(incoming: Incoming): string {
        return super.readCredentials(incoming) ?? 'anybody'
      }
    }
    const app = new App()
    app.get('/', { params: { key: new Lenient({ name: 'x-key' }) } }, () => 1)
    expect((await proveDocument(app, fixed('good'))).differences).toEqual([
      'GET / with no credentials: the document says refused, the server 200',
      'GET / with Lenient broken: the document says refused, the server 200',
    ])
  })

  test('less is let in than it says', async () => {
    const app = new App()
    app.get('/', { params: { user: new HTTPBearer({ verify }) } }, () => 1)
    app.use((request, next) => (request.headers.has('x-key') ? next(request) : new Response(null, { status: 403 })))
    expect((await proveDocument(app, fixed('good'))).differences).toEqual([
      'GET / with no credentials: 403 is not in the document',
      'GET / with HTTPBearer []: the document says allowed, the server 403 ',
      'GET / with HTTPBearer []: 403 is not in the document',
      'GET / with HTTPBearer broken: 403 is not in the document',
    ])
  })

  test('a scope that it names is not looked at', async () => {
    const app = new App()
    const user = new HTTPBearer({ verify, scopes: { a: 'A.' } })
    app.get('/', { params: { user: Security(user, ['a']) } }, () => 1)
    expect((await proveDocument(app, fixed('good'))).differences).toEqual([
      'GET / with HTTPBearer []: the document says refused, the server 200',
    ])
  })

  test('a body is read before the refusal', async () => {
    const { Body } = await import('sallyport')
    const { z } = await import('zod')
    const app = new App()
    const params = { user: new HTTPBearer({ verify }), body: Body(z.object({ n: z.int() })) }
    app.post('/', { params }, () => 1)
    app.use(async (request, next) => {
      await request.clone().json()
      return next(request)
    })
    app.exceptionHandler(SyntaxError, () => new Response(null, { status: 422 }))
    expect((await proveDocument(app, fixed('good'))).differences).toEqual([
      'POST / with no credentials: the document says refused, the server 422',
    ])
  })
})

describe('tutorial apps', () => {
  const token: Wallet = { credential: (_, scopes) => createAccessToken({ sub: 'johndoe', scope: scopes.join(' ') }) }
  const wallets: Readonly<Record<string, Wallet>> = {
    authentication_error_status_code: { credential: () => 'any' },
    security_tutorial_1: { credential: () => 'any' },
    security_tutorial_2: { credential: () => 'any' },
    security_tutorial_3: { credential: () => 'johndoe', broken: () => 'nobody' },
    security_tutorial_4_jwt: { ...token, broken: () => 'nobody' },
    // Its 401 for a missing scope is the tutorial's own: refused, and documented.
    security_tutorial_5_scopes: { ...token, broken: () => 'nobody' },
    security_tutorial_6_http_basic: { credential: () => 'any:thing' },
    security_tutorial_7_http_basic_compare: { credential: () => 'stanleyjobson:swordfish', broken: () => 'a:b' },
  }

  test.each(FILES)('%s', async (name) => {
    // Its login answers a wrong password with 401.
    const bodies = { 'POST /token': 'grant_type=password&username=johndoe&password=secret' }
    const proof = await proveDocument(await makeTutorialApp(name), wallets[name] ?? nothing, { bodies })
    expect(proof.differences).toEqual([])
    expect(proof.unsendable).toBe(0)
  })
})

/** The same 1,000 each time, so that a failure is seen again; `PROVE_SEED` tries others. */
const SEED = Number(process.env.PROVE_SEED ?? 20_260_501)
const RUNS = Number(process.env.PROVE_APPS ?? 1_000)

test(`${RUNS} random apps`, async () => {
  const seen = { apps: 0, operations: 0, requests: 0, unsendable: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(appSpec, async (spec) => {
      let made: ReturnType<typeof makeApp>
      try {
        made = makeApp(spec)
      } catch (error) {
        // Refused when declared: what nobody could read or send, and scopes that nobody below declares or would check.
        if (
          error instanceof TypeError &&
          /more than 64 alternatives|requires the scope|nobody could get in/.test(error.message)
        )
          return fc.pre(false)
        throw error
      }
      const { app, wallet, open, handled } = made
      let before = 0
      const proof = await proveDocument(app, wallet, {
        allowed: (status) => status === 200,
        around: {
          before: () => {
            before = handled()
          },
          after: (allowed) => {
            if (!allowed) seen.refused++
            if (open() !== 0) return 'a yield dependency was not left'
            if (!allowed && handled() !== before) return 'refused, and the handler ran'
            return undefined
          },
        },
      })
      seen.apps++
      for (const name of ['operations', 'requests', 'unsendable'] as const) seen[name] += proof[name]
      expect(proof.differences).toEqual([])
    }),
    { numRuns: RUNS, seed: SEED },
  )
  // That much was tried: a proof of nothing would be easy.
  expect(seen.apps).toBe(RUNS)
  expect(seen.requests / seen.apps).toBeGreaterThan(10)
  expect(seen.refused / seen.requests).toBeGreaterThan(0.2)
  expect(seen.unsendable / seen.requests).toBeLessThan(0.5)
}, 300_000)
