/** security_tutorial_7: Basic compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { App, dependency, HTTPException } from 'sallyport'
import { HTTPBasic } from 'sallyport/security'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const same = (left: string, right: string): boolean => timingSafeEqual(digest(left), digest(right))

export function makeApp(): App {
  const getCurrentUsername = dependency({ credentials: new HTTPBasic() }, ({ credentials }) => {
    const username = same(credentials.username, 'stanleyjobson')
    const password = same(credentials.password, 'swordfish')
    if (!username || !password) {
      throw new HTTPException(401, 'Incorrect username or password', { headers: { 'www-authenticate': 'Basic' } })
    }
    return credentials.username
  })
  const app = new App()
  app.get('/users/me', { params: { username: getCurrentUsername } }, ({ username }) => ({ username }))
  return app
}
