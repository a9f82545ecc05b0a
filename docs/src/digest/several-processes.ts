import { App } from 'sallyport'
import {
  authenticationInfo,
  digestHA1,
  HTTPDigest,
  RedisNonceCountStore,
  type RedisSend,
} from 'sallyport/security'

const realm = 'Devices'
const users = new Map([
  [
    'sensor',
    {
      name: 'sensor',
      ha1: { 'SHA-256': digestHA1('sensor', realm, 'under the roof') },
    },
  ],
])

/** @param send `(...words) => client.sendCommand(words)` of a Redis client */
export function createApp(send: RedisSend, secret: string): App {
  const digest = new HTTPDigest({
    realm,
    verify: {
      lookup: (name) => users.get(name),
      secret,
      nonceCounts: new RedisNonceCountStore({ send }),
      nonceLifetime: '5m',
    },
  })
  const app = new App({ title: 'Devices, served by several processes' })
  app.get('/me', { params: { user: authenticationInfo(digest) } }, ({ user }) => ({
    name: user.name,
  }))
  return app
}
