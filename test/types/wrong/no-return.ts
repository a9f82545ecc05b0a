import { App } from 'sallyport'
import { z } from 'zod'

new App().get('/me', { response: z.object({ name: z.string() }) }, () => {})
