import { App } from 'sallyport'
import { serve } from 'sallyport/node'

await serve(new App(), { port: process.env.PORT ?? 8000 })
