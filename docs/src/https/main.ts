import { App, CurrentIncoming, type Middleware } from 'sallyport'

const app = new App({ title: 'HTTPS' })

// #region hsts
/** From now on, browsers ask this host over HTTPS only, for a year. */
const strictTransportSecurity: Middleware = async (request, next) => {
  const answer = await next(request)
  if (!request.url.startsWith('https:')) return answer
  const secured = new Response(answer.body, answer)
  secured.headers.set('strict-transport-security', 'max-age=31536000')
  return secured
}
app.use(strictTransportSecurity)
// #endregion hsts

app.get('/', { params: { incoming: CurrentIncoming } }, ({ incoming }) => ({
  scheme: incoming.scheme,
}))

export default app
