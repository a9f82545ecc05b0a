/** Links are built by the Host of the request, and so lead wherever the request says. */
import { App } from 'sallyport'
import { bearer, good } from '../issuer.ts'
import type { Broken } from './case.ts'

const app = new App()
app.get('/me', { params: { user: bearer() } }, () => 'me')
app.exceptionHandler(401, (_error, incoming) =>
  Response.json(
    { login: `https://${incoming.header('x-forwarded-host') ?? 'app.example'}/login` },
    { status: 401, headers: { 'www-authenticate': 'Bearer' } },
  ),
)

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [['leak', 'GET /me']],
  by: 'x-forwarded-host: attacker.invalid',
} satisfies Broken
