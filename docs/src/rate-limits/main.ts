import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { App, dependency, HTTPException } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

const callers = new Map([
  ['john-token', { name: 'johndoe' }],
  ['alice-token', { name: 'alice' }],
])

const bearer = new HTTPBearer({ verify: ({ credentials }) => callers.get(credentials) })

// #region limit
/** Three points a minute for each caller; real numbers are larger. */
const limiter = new RateLimiterMemory({ points: 3, duration: 60 })

/** Lets callers through who have `cost` points left; for others 429, and until when. */
function costs(cost: number) {
  return dependency({ caller: bearer }, async ({ caller }) => {
    try {
      await limiter.consume(caller.name, cost)
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused // the store is down: 500
      const seconds = Math.ceil(refused.msBeforeNext / 1000)
      throw new HTTPException(429, 'Too many requests', {
        headers: { 'retry-after': String(seconds) },
      })
    }
  })
}
// #endregion limit

const app = new App({ title: 'Rate limits' })

// #region operations
const responses = { 429: { description: 'Come back later: Retry-After says when.' } }

app.get('/items', { dependencies: [costs(1)], responses }, () => ['a towel'])

app.post('/reports', { dependencies: [costs(2)], responses }, () => ({ pages: 400 }))
// #endregion operations

export default app
