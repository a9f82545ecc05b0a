import { App } from 'sallyport'

const app = new App({ title: 'First app' })

app.get('/', () => ({ message: 'Hello World' }))

export default app
