import { App } from 'sallyport'
import api from './main.ts'

/** The proxy passes `/api/v1/items` on as it is: the prefix is a place in this app. */
const app = new App({ openapiUrl: null })
app.mount('/api/v1', api)

export default app
