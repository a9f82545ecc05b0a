import { App } from 'sallyport'
import { z } from 'zod'

const User = z.object({ name: z.string() })
const findUser = async () => ({ name: 'John' })
new App().get('/me', { response: z.object({ user: User }) }, () => ({ user: findUser() }))
