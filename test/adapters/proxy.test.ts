import { expect, test } from 'vitest'
import { serve } from '../../src/adapters/node.ts'
import { TrustedProxies, unmapped } from '../../src/adapters/proxy.ts'
import { SmallApp, text } from './small-app.ts'

const proxies = new TrustedProxies('trustProxy', ['loopback', '10.0.0.0/8', '192.0.2.7', '2001:db8::/32'])

test.each<[string | undefined, string | undefined, string | undefined]>([
  // peer, X-Forwarded-For, client
  ['127.0.0.1', '203.0.113.5', '203.0.113.5'],
  ['::1', '203.0.113.5', '203.0.113.5'],
  ['2001:db8::7', '2001:db9::1', '2001:db9::1'],
  ['192.0.2.7', '203.0.113.5', '203.0.113.5'],
  ['192.0.2.8', '203.0.113.5', '192.0.2.8'], // nobody we know
  ['10.1.2.3', undefined, '10.1.2.3'],
  ['10.1.2.3', '203.0.113.5, 10.9.9.9', '203.0.113.5'], // two proxies of ours
  ['10.1.2.3', '1.1.1.1, 203.0.113.5, 10.9.9.9', '203.0.113.5'], // the client wrote the first
  ['10.1.2.3', '10.8.8.8, 10.9.9.9', '10.8.8.8'], // all of them ours
  ['10.1.2.3', 'unknown', '10.1.2.3'],
  ['10.1.2.3', '203.0.113.5, <script>', '10.1.2.3'],
  ['10.1.2.3', '203.0.113.5:1234', '10.1.2.3'], // no address: a port is not part of one
  ['10.1.2.3', '', '10.1.2.3'],
  ['10.1.2.3', '::ffff:203.0.113.5', '203.0.113.5'],
  [undefined, '203.0.113.5', undefined],
])('from %s with X-Forwarded-For %s the client is %s', (peer, forwarded, client) => {
  expect(proxies.clientOf(peer, forwarded)).toBe(client)
})

test('an IPv4 address that came over IPv6 is IPv4', () => {
  expect(['::ffff:127.0.0.1', '::1', '127.0.0.1', '::ffff:7f00:1'].map(unmapped)).toEqual([
    '127.0.0.1',
    '::1',
    '127.0.0.1',
    '::ffff:7f00:1',
  ])
})

const app = new SmallApp((incoming) => text(`${incoming.clientAddress} ${incoming.request.url}`))
const headers = {
  'x-forwarded-for': '203.0.113.5',
  'x-forwarded-proto': 'http, https',
  'x-forwarded-host': 'evil.example',
}

test('without trustProxy nothing that a client writes counts', async () => {
  await using server = await serve(app, { port: 0, installSignalHandlers: false })
  expect(await (await fetch(server.url, { headers })).text()).toBe(`127.0.0.1 ${server.url}/`)
})

test('with trustProxy the address and the scheme are the proxy’s to tell, the host never', async () => {
  await using server = await serve(app, { port: 0, installSignalHandlers: false, trustProxy: ['loopback'] })
  const url = `${server.url.replace('http:', 'https:')}/`
  expect(await (await fetch(server.url, { headers })).text()).toBe(`203.0.113.5 ${url}`)
  const odd = { ...headers, 'x-forwarded-proto': 'javascript' }
  expect(await (await fetch(server.url, { headers: odd })).text()).toBe(`203.0.113.5 ${server.url}/`)
})
