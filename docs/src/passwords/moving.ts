import { App } from 'sallyport'
import {
  BcryptHasher,
  DjangoReader,
  LoginThrottle,
  PasswordHash,
  type StoredUser,
} from 'sallyport/password'
import { HTTPBasic } from 'sallyport/security'

interface User extends StoredUser {
  readonly username: string
}

// #region users
/** As they came out of two old databases, one of Django and one of Laravel. */
export const users = new Map<string, User>([
  [
    'johndoe',
    {
      username: 'johndoe',
      hashedPassword:
        'pbkdf2_sha256$600000$Xq3nV0aZkP7d$SskalRZdutkoJBOv0MXuHJCwo5DTHojf2P0hxn5zmT0=',
    },
  ],
  [
    'alice',
    {
      username: 'alice',
      hashedPassword: '$2y$12$T208lg7AVQRMnE5aVEB2yeQ8SWMZqe/3lwEW7v9/LMi6Hj/w10ocK',
    },
  ],
])
// #endregion users

// #region reader
const passwordHash = PasswordHash.recommended({
  readers: [new DjangoReader(), new BcryptHasher()],
})
// #endregion reader

// #region scheme
const basic = new HTTPBasic({
  realm: 'Accounts',
  verify: {
    lookup: (username) => users.get(username),
    passwordHash,
    throttle: new LoginThrottle(),
    update: (user, hashedPassword) =>
      users.set(user.username, { ...user, hashedPassword }),
    onBrokenHash: (user, error) => console.error(user.username, error.name),
  },
})
// #endregion scheme

const app = new App({ title: 'Passwords from elsewhere' })

app.get('/users/me', { params: { user: basic } }, ({ user }) => ({
  username: user.username,
  storedAs: user.hashedPassword?.split('$').find(Boolean),
}))

export default app
