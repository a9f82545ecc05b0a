import { createHash, timingSafeEqual } from 'node:crypto'
import { App, dependency, HTTPException } from 'sallyport'
import { HTTPBasic } from 'sallyport/security'

const basic = new HTTPBasic({ realm: 'Accounts' })

// #region compare
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Takes as long whether the first character differs or the last one. */
function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(sha256(given), sha256(wanted))
}
// #endregion compare

// #region dependency
const password = process.env.STANLEYS_PASSWORD ?? 'swordfish'

const getCurrentUsername = dependency({ credentials: basic }, ({ credentials }) => {
  const isStanley = isSame(credentials.username, 'stanley')
  const isPassword = isSame(credentials.password, password)
  if (!(isStanley && isPassword)) {
    throw new HTTPException(401, 'Incorrect username or password', {
      headers: basic.makeAuthenticateHeaders(),
    })
  }
  return credentials.username
})
// #endregion dependency

const app = new App({ title: 'HTTP Basic' })

app.get('/users/me', { params: { username: getCurrentUsername } }, ({ username }) => ({
  username,
}))

export default app
