import { App } from 'sallyport'
import { HTTPBearer, RedisDPoPReplayStore, type RedisSend } from 'sallyport/security'
import { tokens } from './issuer.ts'

/** @param send `(...words) => client.sendCommand(words)` of a Redis client */
export function createApp(send: RedisSend, secret: string): App {
  const bearer = new HTTPBearer({
    verify: tokens,
    dpop: {
      origin: 'https://api.example.com',
      nonce: { lifetime: '5m', secret },
      replays: new RedisDPoPReplayStore({ send }),
    },
  })
  const app = new App({ title: 'DPoP, served by several processes' })
  app.get('/me', { params: { caller: bearer } }, ({ caller }) => ({
    name: caller.subject,
  }))
  return app
}
