import { App } from 'sallyport'
import { z } from 'zod'

const User = z.object({ id: z.number(), name: z.string() })
new App().get('/me', { response: User }, () => ({ id: '1', name: 'John' }))
