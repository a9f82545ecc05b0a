import { App, cors, type Middleware } from 'sallyport'

const app = new App({ title: 'Middleware' })

// #region time
const serverTiming: Middleware = async (request, next) => {
  const started = performance.now()
  const response = await next(request)
  const answer = new Response(response.body, response)
  answer.headers.set(
    'server-timing',
    `app;dur=${(performance.now() - started).toFixed(1)}`,
  )
  return answer
}

app.use(serverTiming)
// #endregion time

// #region closed
const maintenance = { on: false }

app.use((request, next) => {
  if (maintenance.on) return Response.json({ detail: 'Back at noon' }, { status: 503 })
  return next(request)
})
// #endregion closed

// #region cors
app.use(
  cors({
    allowOrigins: ['https://app.example.com'],
    allowCredentials: true,
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['authorization', 'content-type'],
  }),
)
// #endregion cors

app.get('/items', () => ['portcullis'])

export default app
export { maintenance }
