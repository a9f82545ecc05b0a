import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import proxied from '../../docs/src/mutual-tls/behind-a-proxy.ts'
import bound from '../../docs/src/mutual-tls/bound.ts'
import app from '../../docs/src/mutual-tls/main.ts'
import { start } from '../../docs/src/mutual-tls/serve.ts'
import { type Server, serve } from '../../src/adapters/node.ts'
import { HTTPBearer, MutualTLS } from '../../src/security/index.ts'
import { CA, getOverTLS } from '../security/certificates.ts'

const ca = new CA('Devices CA')
const another = new CA('Another CA')
const server = ca.issue('server', '/CN=localhost', 'IP:127.0.0.1')
const sensor = ca.issue('sensor', '/CN=sensor', 'URI:spiffe://example.org/sensor/7')
const other = ca.issue('other', '/CN=other', 'URI:spiffe://example.org/sensor/8')
const forged = another.issue('sensor', '/CN=sensor', 'URI:spiffe://example.org/sensor/7')
afterAll(() => {
  ca[Symbol.dispose]()
  another[Symbol.dispose]()
})

const absent = { status: 401, challenge: 'MutualTLS', body: { detail: 'Not authenticated' } }
const refused = { ...absent, body: { detail: 'Could not validate credentials' } }
const quiet = { port: 0, installSignalHandlers: false }

/** Starts the program in a folder with the files that it reads. */
async function started(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-mtls-'))
  const files = { 'server.key': server.key, 'server.pem': server.cert, 'ca.pem': ca.cert }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const before = process.cwd()
  try {
    process.chdir(folder)
    return await start(quiet)
  } finally {
    process.chdir(before)
    rmSync(folder, { recursive: true })
  }
}

test('the certificate says who, verify says who may', async () => {
  await using listening = await started()
  const send = (pair: object): Promise<object> => getOverTLS(`${listening.url}/me`, { ca: ca.cert, ...pair })
  expect(await send(sensor)).toMatchObject({ status: 200, body: { name: 'The sensor on the roof' } })
  expect(await send({})).toMatchObject(absent)
  for (const pair of [other, forged]) expect(await send(pair)).toMatchObject(refused)
})

test('Client-Cert counts of a named proxy only', async () => {
  const headers = { 'client-cert': sensor.clientCert }
  await using trusting = await serve(proxied, { ...quiet, trustProxy: ['loopback'] })
  expect(await (await fetch(`${trusting.url}/me`, { headers })).json()).toEqual({ name: 'sensor' })
  expect((await fetch(`${trusting.url}/me`)).status).toBe(401)
  for (const trustProxy of [undefined, ['10.0.0.5']]) {
    await using wary = await serve(proxied, trustProxy ? { ...quiet, trustProxy } : quiet)
    expect((await fetch(`${wary.url}/me`, { headers })).status).toBe(401)
  }
})

test('a bound token is good with its certificate', async () => {
  const tls = { key: server.key, cert: server.cert, ca: ca.cert, requestCert: true, rejectUnauthorized: false }
  await using listening = await serve(bound, { ...quiet, tls })
  const { cert, key } = sensor
  // getOverTLS sends GET; the token is asked for with POST.
  const token = await new Promise<string>((resolve, reject) => {
    const sent = request(
      `${listening.url}/token`,
      { method: 'POST', ca: ca.cert, cert, key, agent: false },
      (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
        answer.on('end', () => resolve((JSON.parse(text) as { access_token: string }).access_token))
      },
    )
    sent.on('error', reject).end()
  })
  const send = (pair: object): Promise<object> =>
    getOverTLS(`${listening.url}/me`, { ca: ca.cert, ...pair }, { authorization: `Bearer ${token}` })
  expect(await send(sensor)).toMatchObject({ status: 200, body: { name: 'sensor-7' } })
  for (const pair of [{}, other]) {
    expect(await send(pair)).toMatchObject({
      status: 401,
      challenge: 'Bearer error="invalid_token", error_description="The token is bound to another certificate"',
    })
  }
})

test('the document', () => {
  expect(app.openapi().components?.securitySchemes).toEqual({ MutualTLS: { type: 'mutualTLS' } })
  expect(bound.openapi().components?.securitySchemes).toMatchObject({
    OAuth2ClientCredentials: { description: 'Tokens are bound to the certificate of the client (RFC 8705).' },
  })
})

test('what the page says of mistakes', () => {
  expect(() => new MutualTLS({ from: 'header' as never })).toThrow("from is 'socket'")
  expect(() => new HTTPBearer({ certificateBound: true, verify: () => ({ name: 'x' }) })).toThrow(
    'certificateBound needs an option verify that gives claims',
  )
})
