import { App } from 'sallyport'
import { bindings, serve } from 'sallyport/workers'
import anywhere from './main.ts'

interface Env {
  readonly GREETING: string
}
const env = bindings<Env>()

const app = new App({ title: 'A Worker' })
app.mount('/api', anywhere)

app.get('/greeting', { params: { env } }, ({ env }) => ({ greeting: env.GREETING }))

export { app, env }
export default serve(app)
