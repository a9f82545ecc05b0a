import { App } from 'sallyport'
import { LoginThrottle } from 'sallyport/password'
import { digestHA1, HTTPDigest } from 'sallyport/security'

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

const digest = new HTTPDigest({
  realm,
  verify: { lookup: (name) => users.get(name), throttle: new LoginThrottle() },
})

const app = new App({ title: 'Devices' })

app.get('/me', { params: { user: digest } }, ({ user }) => ({ name: user.name }))

export default app
