import { App } from 'sallyport'
import { z } from 'zod'

new App().get('/items', { reponse: z.string() }, () => 'text')
