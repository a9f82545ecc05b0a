/** Certificates of clients, over real TLS and out of `Client-Cert`. */
import { X509Certificate } from 'node:crypto'
import { App, type ClientCertificate, Security } from 'sallyport'
import { type ServeOptions, serve } from 'sallyport/node'
import { MutualTLS } from 'sallyport/security'
import { afterAll, expect, test } from 'vitest'
import { CA, getOverTLS } from './certificates.ts'
import { refusal } from './requests.ts'

const ca = new CA('clients')
const other = new CA('others')
afterAll(() => {
  ca[Symbol.dispose]()
  other[Symbol.dispose]()
})
const server = ca.issue('server', '/CN=localhost', 'IP:127.0.0.1,DNS:localhost')
const altNames = 'DNS:a.example,DNS:b.example,email:a@example.com,URI:spiffe://example.org/a,IP:192.0.2.1'
const client = ca.issue('client', '/O=Example/OU=One/OU=Two/CN=sensor', altNames)
const second = ca.issue('second', '/CN=second')
const ended = ca.issue('ended', '/CN=sensor', undefined, -1)
const foreign = other.issue('foreign', '/CN=sensor')
const self = { ca: ca.cert }
const asks = { key: server.key, cert: server.cert, ca: ca.cert, requestCert: true, rejectUnauthorized: false }
const quiet: ServeOptions = { port: 0, installSignalHandlers: false, tls: asks }

const show = ({ raw, validFrom, validTo, ...rest }: ClientCertificate): object => ({
  ...rest,
  raw: Buffer.from(raw).toString('base64'),
  valid: [validFrom, validTo],
})
const unauthorized = { status: 401, challenge: 'MutualTLS', body: { detail: 'Not authenticated' } }
const invalid = { status: 401, challenge: 'MutualTLS', body: { detail: 'Could not validate credentials' } }

test('gives the certificate: names, thumbprint, DER and validity', async () => {
  const app = new App()
  app.get('/', { params: { certificate: new MutualTLS() } }, ({ certificate }) => show(certificate))
  await using listening = await serve(app, quiet)
  const answer = await getOverTLS(listening.url, { ...self, ...client })
  const { raw, serialNumber, validFrom, validTo } = new X509Certificate(client.cert)
  expect(answer).toMatchObject({
    status: 200,
    body: {
      subject: { O: 'Example', OU: ['One', 'Two'], CN: 'sensor' },
      issuer: { CN: 'clients' },
      subjectAltNames: {
        dns: ['a.example', 'b.example'],
        email: ['a@example.com'],
        uri: ['spiffe://example.org/a'],
        ip: ['192.0.2.1'],
      },
      serialNumber,
      thumbprint: client.thumbprint,
      raw: raw.toString('base64'),
      valid: [new Date(validFrom).toISOString(), new Date(validTo).toISOString()],
    },
  })
  expect((await getOverTLS(listening.url, { ...self, ...second })).body).toMatchObject({
    subjectAltNames: { dns: [], email: [], uri: [], ip: [] },
  })
})

test('none is 401; one of another CA, or one that has ended, is refused even where credentials are optional', async () => {
  const app = new App()
  expect(Date.parse(new X509Certificate(ended.cert).validTo)).toBeLessThan(Date.now())
  let ran = 0
  const answer = ({ certificate }: { certificate: ClientCertificate | undefined }): unknown => {
    ran++
    return certificate?.subject.CN ?? null
  }
  app.get('/', { params: { certificate: new MutualTLS() } }, answer)
  app.get('/optional', { params: { certificate: new MutualTLS({ autoError: false, schemeName: 'optional' }) } }, answer)
  await using listening = await serve(app, quiet)
  expect(await getOverTLS(listening.url, self)).toMatchObject(unauthorized)
  for (const pair of [ended, foreign]) {
    expect(await getOverTLS(listening.url, { ...self, ...pair })).toMatchObject(unauthorized)
    expect(await getOverTLS(`${listening.url}/optional`, { ...self, ...pair })).toMatchObject(unauthorized)
  }
  expect(ran).toBe(0)
  expect(await getOverTLS(`${listening.url}/optional`, self)).toMatchObject({ status: 200, body: null })
  expect(await getOverTLS(`${listening.url}/optional`, { ...self, ...client })).toMatchObject({ body: 'sensor' })
})

test('a header is nothing to a scheme that looks at the socket, and from an untrusted peer nothing at all', async () => {
  const app = new App()
  app.get('/socket', { params: { certificate: new MutualTLS() } }, () => 'ran')
  const header = new MutualTLS({ from: 'client-cert', schemeName: 'header' })
  app.get('/header', { params: { certificate: header } }, () => 'ran')
  const headers = { 'client-cert': client.clientCert }
  {
    await using listening = await serve(app, quiet)
    for (const path of ['/socket', '/header']) {
      expect(await getOverTLS(listening.url + path, self, headers)).toMatchObject(unauthorized)
    }
    // Its own certificate is the connection's, which this scheme does not look at.
    expect(await getOverTLS(`${listening.url}/header`, { ...self, ...client })).toMatchObject(unauthorized)
  }
  await using elsewhere = await serve(app, { ...quiet, trustProxy: ['192.0.2.7'] })
  expect(await getOverTLS(`${elsewhere.url}/header`, self, headers)).toMatchObject(unauthorized)
  await using trusting = await serve(app, { ...quiet, trustProxy: ['loopback'] })
  expect(await getOverTLS(`${trusting.url}/socket`, self, headers)).toMatchObject(unauthorized)
  expect(await getOverTLS(`${trusting.url}/header`, self, headers)).toMatchObject({ status: 200 })
})

test('Client-Cert of a trusted proxy, over plain HTTP too', async () => {
  const app = new App()
  const mutualTLS = new MutualTLS({ from: 'client-cert' })
  app.get('/', { params: { certificate: mutualTLS } }, ({ certificate }) => certificate.thumbprint)
  await using listening = await serve(app, { port: 0, installSignalHandlers: false, trustProxy: ['loopback'] })
  const send = async (value?: string): Promise<readonly unknown[]> => {
    const response = await fetch(listening.url, value === undefined ? {} : { headers: { 'client-cert': value } })
    return [response.status, await response.json()]
  }
  const refused = [401, { detail: 'Not authenticated' }]
  expect(await send(client.clientCert)).toEqual([200, client.thumbprint])
  expect(await send(client.clientCert.replace(/=+:$/, ':'))).toEqual([200, client.thumbprint])
  expect(await send()).toEqual(refused)
  const der = new X509Certificate(client.cert).raw
  const of = (bytes: Uint8Array | string): string => `:${Buffer.from(bytes).toString('base64')}:`
  for (const value of [
    ended.clientCert,
    `${client.clientCert}, ${second.clientCert}`,
    `${client.clientCert};a=1`,
    client.clientCert.slice(1, -1),
    der.toString('base64url'),
    `:${der.toString('base64url')}:`,
    '::',
    ':AAAA:',
    encodeURIComponent(client.cert),
    of(client.cert),
    of(Buffer.concat([der, Buffer.from([0])])),
    of(der.subarray(0, -1)),
  ]) {
    expect(await send(value), value.slice(0, 20)).toEqual(refused)
  }
})

test('RFC 9440, appendix A: its certificate is read, and has ended', async () => {
  // The value of the example in RFC 9440, figure 3, joined to one line.
  const value =
    ':MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:'
  const at = (clock: () => number): App => {
    const app = new App()
    const mutualTLS = new MutualTLS({ from: 'client-cert', clock })
    app.get('/', { params: { certificate: mutualTLS } }, ({ certificate }) => [
      certificate.subject.CN,
      certificate.issuer.CN,
      certificate.subjectAltNames.email,
    ])
    return app
  }
  for (const [time, status] of [
    ['2020-01-14T22:55:32Z', 401],
    ['2020-01-14T22:55:33Z', 200],
    ['2021-01-23T22:55:33Z', 200],
    ['2021-01-23T22:55:34Z', 401],
  ] as const) {
    const app = at(() => Date.parse(time))
    await using listening = await serve(app, { port: 0, installSignalHandlers: false, trustProxy: ['loopback'] })
    const response = await fetch(listening.url, { headers: { 'client-cert': value } })
    expect([time, response.status]).toEqual([time, status])
    if (status === 200) expect(await response.json()).toEqual(['BC', 'LA Intermediate CA', ['bdc@example.com']])
  }
})

test('verify makes the principal, refuses, and its scopes are checked', async () => {
  const app = new App()
  const devices = new Map([['sensor', { name: 'sensor 7', scopes: ['read'] }]])
  const mutualTLS = new MutualTLS({
    scopes: { read: 'Read.', write: 'Write.' },
    verify: async ({ subject }) => devices.get(String(subject.CN)),
  })
  app.get('/', { params: { device: Security(mutualTLS, ['read']) } }, ({ device }) => device.name)
  app.post('/', { params: { device: Security(mutualTLS, ['write']) } }, ({ device }) => device.name)
  app.get('/write', { params: { device: Security(mutualTLS, ['write']) } }, ({ device }) => device.name)
  await using listening = await serve(app, quiet)
  expect(await getOverTLS(listening.url, { ...self, ...client })).toMatchObject({ status: 200, body: 'sensor 7' })
  expect(await getOverTLS(listening.url, { ...self, ...second })).toMatchObject(invalid)
  expect(await getOverTLS(`${listening.url}/write`, { ...self, ...client })).toMatchObject({
    status: 403,
    challenge: undefined,
    body: { detail: 'Not enough permissions' },
  })
})

test('a session that is resumed without a certificate is none, and one with a certificate keeps it', async () => {
  const app = new App()
  app.get('/', { params: { certificate: new MutualTLS() } }, ({ certificate }) => certificate.subject.CN)
  await using listening = await serve(app, quiet)
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const without = await getOverTLS(listening.url, { ...self, maxVersion })
    expect(without).toMatchObject(unauthorized)
    const { session } = without
    expect(session).toBeDefined()
    expect(await getOverTLS(listening.url, { ...self, maxVersion, ...(session && { session }) })).toMatchObject(
      unauthorized,
    )
    const first = await getOverTLS(listening.url, { ...self, ...client, maxVersion })
    expect(first.session).toBeDefined()
    const again = { ...self, ...client, maxVersion, ...(first.session && { session: first.session }) }
    expect(await getOverTLS(listening.url, again)).toMatchObject({ status: 200, body: 'sensor' })
  }
})

test('a mounted app, and what a middleware hands on, see the certificate', async () => {
  const inner = new App()
  inner.get('/', { params: { certificate: new MutualTLS() } }, ({ certificate }) => certificate.subject.CN)
  const app = new App()
  app.mount('/inner', inner)
  app.use((request, next) => next(new Request(request, { headers: { 'client-cert': second.clientCert } })))
  await using listening = await serve(app, quiet)
  expect(await getOverTLS(`${listening.url}/inner`, { ...self, ...client })).toMatchObject({ body: 'sensor' })
  expect(await getOverTLS(`${listening.url}/inner`, self)).toMatchObject(unauthorized)
})

test('a request that came over no connection has none', async () => {
  const scheme = new MutualTLS({ from: 'client-cert' })
  const request = new Request('http://api.test/', { headers: { 'client-cert': client.clientCert } })
  await expect(scheme(request)).rejects.toMatchObject({ status: 401 })
  expect(refusal(scheme.makeNotAuthenticatedError())).toMatchObject({ challenge: 'MutualTLS' })
})

test('with verify none is told apart from one that is refused, as with every scheme that verifies', async () => {
  const app = new App()
  const refusing = new MutualTLS({ verify: ({ serialNumber }) => (serialNumber === '' ? 'nobody' : undefined) })
  app.get('/', { params: { who: refusing } }, ({ who }) => who)
  app.get(
    '/optional',
    { params: { who: new MutualTLS({ verify: () => 'sensor', autoError: false, schemeName: 'optional' }) } },
    ({ who }) => who ?? null,
  )
  await using listening = await serve(app, quiet)
  expect(await getOverTLS(listening.url, self)).toMatchObject(unauthorized)
  for (const pair of [client, ended, foreign])
    expect(await getOverTLS(listening.url, { ...self, ...pair })).toMatchObject(invalid)
  for (const pair of [ended, foreign])
    expect(await getOverTLS(`${listening.url}/optional`, { ...self, ...pair })).toMatchObject(invalid)
  const documented = app.openapi().paths['/']?.get?.responses[401]
  expect(JSON.stringify(documented)).toContain('Could not validate credentials')
})

test('the document', async () => {
  const app = new App()
  app.get('/', { params: { certificate: new MutualTLS({ description: 'Of our CA.' }) } }, () => 'ran')
  expect(await (await app.request('/openapi.json')).json()).toMatchObject({
    paths: {
      '/': { get: { security: [{ MutualTLS: [] }], responses: { 401: { description: 'Not authenticated' } } } },
    },
    components: { securitySchemes: { MutualTLS: { type: 'mutualTLS', description: 'Of our CA.' } } },
  })
})

test.each([
  [{ from: 'header' }, /from is 'socket'.*or 'client-cert'/],
  [{ clock: 1 }, /clock is a function/],
  [{ verify: undefined }, /verify is a function/],
  [{ verify: { check: () => ({}) } }, /verify is a function that takes the credentials/],
  [{ ca: '' }, /ca/],
])('%o is refused', (options, message) => {
  expect(() => new MutualTLS(options as never)).toThrow(TypeError)
  expect(() => new MutualTLS(options as never)).toThrow(message)
})
