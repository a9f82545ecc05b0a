import { App, cors } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

const members = new Map([['t-john', { name: 'johndoe' }]])
const bearer = new HTTPBearer({ verify: ({ credentials }) => members.get(credentials) })

const app = new App({ title: 'For a page of another origin' })

app.use(
  cors({
    allowOrigins: [process.env.FRONTEND ?? 'http://localhost:5173'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['authorization', 'content-type'],
    exposeHeaders: ['www-authenticate'],
  }),
)

app.get('/me', { params: { member: bearer } }, ({ member }) => ({ name: member.name }))

export default app
