import { App } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { serve } from 'sallyport/node'
import { HTTPBearer } from 'sallyport/security'
import { openDatabase } from './database.ts'
import { readSecret } from './secrets.ts'

const tokens = new JWT({
  secret: readSecret('TOKEN_SECRET'),
  issuer: 'https://api.example.com',
  audience: 'https://api.example.com',
  expiresIn: '30m',
})
const bearer = new HTTPBearer({ verify: tokens })

const database = openDatabase()
const app = new App({
  title: 'In a container',
  closed: true,
  lifespan: async function* () {
    await database.connect()
    yield
    await database.disconnect()
  },
})

app.get('/me', { params: { caller: bearer } }, ({ caller }) => ({
  subject: caller.subject,
}))

app.get('/health', { public: true, includeInSchema: false }, () => ({ status: 'ok' }))

app.get('/reports', { params: { caller: bearer } }, () => database.report())

export default app
export { database, tokens }

if (import.meta.main) {
  const { HOST = '127.0.0.1', PORT = '8000' } = process.env
  const server = await serve(app, {
    hostname: HOST,
    port: Number(PORT),
    shutdownTimeout: 8,
  })
  console.log(`Listening on ${server.url}`)
}
