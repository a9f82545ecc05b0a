import { App } from 'sallyport'
import { z } from 'zod'

new App().get('/items', { params: { q: z.string() } }, ({ q }) => q)
