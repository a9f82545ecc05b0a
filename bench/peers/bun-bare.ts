/** Bare `Bun.serve`, without any check. */
import { listen } from './bun-listen.ts'
import { PORT, publicUser, type User, users } from './contract.ts'

listen({
  port: PORT,
  hostname: '127.0.0.1',
  fetch(request) {
    if (!request.url.endsWith('/users/me')) return Response.json({ detail: 'Not Found' }, { status: 404 })
    return Response.json(publicUser(users.get('user0') as User))
  },
})
