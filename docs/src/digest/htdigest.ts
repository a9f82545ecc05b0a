import { readFileSync } from 'node:fs'
import { App } from 'sallyport'
import { HTTPDigest, Htdigest } from 'sallyport/security'

const file = new URL('users.htdigest', import.meta.url)
const { lookup } = new Htdigest(readFileSync(file, 'utf8'))

const digest = new HTTPDigest({
  realm: 'Devices',
  verify: { lookup, algorithms: ['MD5'] },
})

const app = new App({ title: 'Devices of an old server' })

app.get('/me', { params: { user: digest } }, ({ user }) => ({ name: user.username }))

export default app
