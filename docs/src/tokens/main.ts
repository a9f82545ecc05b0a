import { App, type Observer } from 'sallyport'
import { JWT, JWTError } from 'sallyport/jwt'
import { HTTPBearer } from 'sallyport/security'

// #region observer
/** How often tokens were refused, by reason. */
export const refused = new Map<string, number>()

const countRefused: Observer = () => ({
  end({ error }) {
    const reason =
      error instanceof Error && error.cause !== undefined ? error.cause : error
    if (reason instanceof JWTError)
      refused.set(reason.code, (refused.get(reason.code) ?? 0) + 1)
  },
})
// #endregion observer

export const tokens = new JWT({
  secret: crypto.getRandomValues(new Uint8Array(32)),
  issuer: 'accounts',
  audience: 'accounts',
  expiresIn: '30m',
})

const bearer = new HTTPBearer({ verify: tokens })

const app = new App({ title: 'Refused tokens' })
app.observe(countRefused)

app.get('/me', { params: { caller: bearer } }, ({ caller }) => ({
  username: caller.subject,
}))

app.get('/refused', () => Object.fromEntries(refused))

export default app
