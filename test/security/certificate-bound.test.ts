/** Tokens that are bound to the client's certificate (RFC 8705), over real TLS. */
import { App, anyOf } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { type ServeOptions, serve } from 'sallyport/node'
import { HTTPBearer, OAuth2PasswordBearer, OpenIdConnect, type TokenBindingOptions } from 'sallyport/security'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { CA, getOverTLS } from './certificates.ts'

const ca = new CA('clients')
afterAll(() => ca[Symbol.dispose]())
const server = ca.issue('server', '/CN=localhost', 'IP:127.0.0.1')
const client = ca.issue('client', '/CN=one')
const second = ca.issue('second', '/CN=two')
const ended = ca.issue('ended', '/CN=one', undefined, -1)
const self = { ca: ca.cert }
const tls = { key: server.key, cert: server.cert, ca: ca.cert, requestCert: true, rejectUnauthorized: false }
const quiet: ServeOptions = { port: 0, installSignalHandlers: false, tls }

const shared = { secret: 'a secret of more than thirty-two bytes', expiresIn: '30m' } as const
const tokens = new JWT(shared)
// Drops what it does not name, as most do.
const narrow = new JWT({ ...shared, claims: z.object({ sub: z.string() }) })
const confirming = async (cnf: unknown): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await tokens.sign(cnf === undefined ? { sub: 'a' } : { sub: 'a', cnf })}`,
})
const bound = await confirming({ 'x5t#S256': client.thumbprint })
const plain = await confirming(undefined)

const refused = (why: string): object => ({
  status: 401,
  challenge: `Bearer error="invalid_token", error_description="${why}"`,
  body: { detail: 'Could not validate credentials' },
})
const ANOTHER = refused('The token is bound to another certificate')
const UNPROVED = refused('The token is bound to a key that was not proved')
const UNBOUND = refused('The token is not bound to a certificate')

function appOf(options: TokenBindingOptions, verify: typeof tokens | typeof narrow = tokens): App {
  const app = new App()
  const params = { caller: new HTTPBearer({ verify: verify as typeof tokens, ...options }) }
  app.get('/', { params }, ({ caller }) => caller.subject)
  return app
}

test('a bound token is good with its certificate alone', async () => {
  await using listening = await serve(appOf({ certificateBound: true }), quiet)
  const send = (pair: object, headers: Record<string, string>): Promise<object> =>
    getOverTLS(listening.url, { ...self, ...pair }, headers)
  expect(await send(client, bound)).toMatchObject({ status: 200, body: 'a' })
  expect(await send(second, bound)).toMatchObject(ANOTHER)
  expect(await send({}, bound)).toMatchObject(ANOTHER)
  expect(await send(client, bound)).toMatchObject({ status: 200, body: 'a' })
  expect(await send(client, plain)).toMatchObject(UNBOUND)
  expect(await send(client, {})).toMatchObject({ status: 401, challenge: 'Bearer' })
  expect(await send(ended, await confirming({ 'x5t#S256': ended.thumbprint }))).toMatchObject(ANOTHER)
  // A header proves nothing here.
  expect(await send({}, { ...bound, 'client-cert': client.clientCert })).toMatchObject(ANOTHER)
  for (const cnf of [
    null,
    {},
    [],
    'a',
    { jkt: 'a' },
    { jwk: {} },
    { 'x5t#S256': client.thumbprint, jkt: 'a' },
    { 'x5t#s256': client.thumbprint },
  ]) {
    expect(await send(client, await confirming(cnf)), JSON.stringify(cnf)).toMatchObject(UNPROVED)
  }
  for (const thumbprint of ['', null, [client.thumbprint], `${client.thumbprint}=`, client.thumbprint.toLowerCase()]) {
    expect(await send(client, await confirming({ 'x5t#S256': thumbprint }))).toMatchObject(ANOTHER)
  }
})

test('not required: those that are bound still need theirs', async () => {
  await using listening = await serve(appOf({ certificateBound: { required: false } }), quiet)
  expect(await getOverTLS(listening.url, self, plain)).toMatchObject({ status: 200 })
  expect(await getOverTLS(listening.url, { ...self, ...client }, bound)).toMatchObject({ status: 200 })
  expect(await getOverTLS(listening.url, self, bound)).toMatchObject(ANOTHER)
  expect(await getOverTLS(listening.url, { ...self, ...second }, bound)).toMatchObject(ANOTHER)
})

test('behind a trusted proxy the certificate is in Client-Cert', async () => {
  const app = appOf({ certificateBound: { from: 'client-cert' } })
  const headers = { ...bound, 'client-cert': client.clientCert }
  {
    await using listening = await serve(app, { ...quiet, trustProxy: ['loopback'] })
    expect(await getOverTLS(listening.url, self, headers)).toMatchObject({ status: 200 })
    expect(await getOverTLS(listening.url, self, { ...bound, 'client-cert': second.clientCert })).toMatchObject(ANOTHER)
    expect(await getOverTLS(listening.url, { ...self, ...client }, bound)).toMatchObject(ANOTHER)
  }
  await using untrusting = await serve(app, quiet)
  expect(await getOverTLS(untrusting.url, self, headers)).toMatchObject(ANOTHER)
})

test('a schema that drops cnf makes no bound token an unbound one', async () => {
  for (const options of [{}, { certificateBound: { required: false } }]) {
    await using listening = await serve(appOf(options, narrow), quiet)
    const unproved = 'certificateBound' in options ? ANOTHER : UNPROVED
    // The second answer comes from the verifier's memory.
    for (const _ of [1, 2]) expect(await getOverTLS(listening.url, self, bound)).toMatchObject(unproved)
    expect(await getOverTLS(listening.url, self, plain)).toMatchObject({ status: 200 })
  }
  await using listening = await serve(appOf({ certificateBound: true }, narrow), quiet)
  expect(await getOverTLS(listening.url, { ...self, ...client }, bound)).toMatchObject({ status: 200 })
})

test('OAuth 2 takes the option, and an alternative does not let a stolen token in', async () => {
  const app = new App()
  const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', verify: tokens, certificateBound: true })
  const bearer = new HTTPBearer({ verify: tokens })
  app.get('/', { params: { caller: anyOf(oauth2, bearer) } }, () => 'ran')
  await using listening = await serve(app, quiet)
  expect(await getOverTLS(listening.url, { ...self, ...client }, bound)).toMatchObject({ status: 200 })
  expect(await getOverTLS(listening.url, { ...self, ...second }, bound)).toMatchObject({ status: 401 })
})

test.each([
  [{ certificateBound: true }, /needs an option verify that gives claims/],
  [{ certificateBound: true, verify: () => ({}) }, /needs an option verify that gives claims/],
  [{ certificateBound: undefined, verify: tokens }, /certificateBound is true or an object/],
  [{ certificateBound: false, verify: tokens }, /certificateBound is true or an object/],
  [{ certificateBound: { from: 'header' }, verify: tokens }, /certificateBound\.from is 'socket'/],
  [{ certificateBound: { required: 1 }, verify: tokens }, /certificateBound\.required/],
  [{ certificateBound: { clock: 1 }, verify: tokens }, /certificateBound\.clock/],
  [{ certificateBound: { a: 1 }, verify: tokens }, /certificateBound/],
])('%o is refused', (options, message) => {
  expect(() => new HTTPBearer(options as never)).toThrow(message)
  expect(() => new OAuth2PasswordBearer({ tokenUrl: 'token', ...options } as never)).toThrow(message)
  expect(() => new OpenIdConnect({ openIdConnectUrl: 'a', ...options } as never)).toThrow(message)
})
