import { App, Security } from 'sallyport'
import { PasswordHash } from 'sallyport/password'
import { HTTPBasic } from 'sallyport/security'

const passwordHash = PasswordHash.recommended()
const hashedPassword = await passwordHash.hash('secret')
const members = new Map([
  ['johndoe', { name: 'johndoe', hashedPassword, scopes: ['read'] }],
  ['alice', { name: 'alice', hashedPassword, scopes: ['read', 'admin'] }],
])

const basic = new HTTPBasic({
  realm: 'Members',
  scopes: { read: 'Read items.', admin: 'Remove anything.' },
  verify: { lookup: (name) => members.get(name), passwordHash, remember: '1m' },
})

const app = new App({
  title: 'Each sees what they may',
  closed: true,
  docs: { params: { member: basic }, onlyCallable: true },
})

app.get('/items', { dependencies: [Security(basic, ['read'])] }, () => ['a towel'])

app.delete(
  '/items',
  { dependencies: [Security(basic, ['admin'])], status: 204 },
  () => undefined,
)

export default app
