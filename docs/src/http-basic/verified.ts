import { App } from 'sallyport'
import { LoginThrottle, PasswordHash } from 'sallyport/password'
import { HTTPBasic } from 'sallyport/security'
import { z } from 'zod'

const passwordHash = PasswordHash.recommended()

const users = new Map([
  [
    'stanley',
    {
      username: 'stanley',
      fullName: 'Stanley Jobson',
      hashedPassword:
        '$argon2id$v=19$m=19456,t=2,p=1$zqomubRH4otetwtXC0RNdg$z5jjReJt7pQ+DS5d0O0RWrm9j4VY28fAw5f9NB1detM',
    },
  ],
])

// #region scheme
const basic = new HTTPBasic({
  realm: 'Accounts',
  verify: {
    lookup: (username) => users.get(username),
    passwordHash,
    throttle: new LoginThrottle(),
    remember: '1m',
  },
})
// #endregion scheme

const User = z
  .object({ username: z.string(), fullName: z.string() })
  .meta({ id: 'User' })

const app = new App({ title: 'HTTP Basic' })

app.get('/users/me', { params: { user: basic }, response: User }, ({ user }) => user)

export default app
