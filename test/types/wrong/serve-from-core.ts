import { App, serve } from 'sallyport'

await serve(new App())
