import { App, anyOf } from 'sallyport'
import { APIKeyHeader, HTTPBearer } from 'sallyport/security'

const robots = new Map([['key-of-a-robot', { robot: 'r2' }]])
const people = new Map([['token-of-johndoe', { username: 'johndoe' }]])

const apiKey = new APIKeyHeader({ name: 'X-API-Key', verify: (key) => robots.get(key) })
const bearer = new HTTPBearer({ verify: ({ credentials }) => people.get(credentials) })

const app = new App({ title: 'Either' })

// #region operation
app.get('/me', { params: { caller: anyOf(bearer, apiKey) } }, ({ caller }) =>
  'robot' in caller ? `the robot ${caller.robot}` : `the person ${caller.username}`,
)
// #endregion operation

export default app
