import { App } from 'sallyport'

new App().listen(3000)
