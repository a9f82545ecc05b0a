import { App, Path } from 'sallyport'
import { z } from 'zod'

// #region app
const app = new App({
  title: 'Castle',
  version: '2.1.0',
  summary: 'Who comes in, and what stands where.',
  description: 'Ask **politely**. Markdown is allowed.',
  contact: { name: 'The gatekeeper', email: 'gate@example.com' },
  license: { name: 'MIT', identifier: 'MIT' },
  tags: [
    { name: 'gates', description: 'Ways in.' },
    { name: 'staff', description: 'Who works here.' },
  ],
  docsUrl: '/explore',
  redocUrl: null,
  swaggerUIParameters: { docExpansion: 'none' },
})
// #endregion app

// #region operation
const one = {
  params: { id: Path(z.int(), { description: 'The number over the arch.' }) },
  tags: ['gates'],
  summary: 'One gate',
  description: 'Its width is in **metres**.',
  operationId: 'getGate',
  responseDescription: 'The gate of this number',
  responses: { 404: { description: 'No gate has this number' } },
}

app.get('/gates/{id}', one, ({ id }) => ({ id, width: 3.5 }))
// #endregion operation

// #region old
app.get('/doors', { tags: ['gates'], deprecated: true }, () => [])

app.get('/healthz', { includeInSchema: false }, () => 'ok')
// #endregion old

// #region extra
app.get(
  '/staff',
  { tags: ['staff'], openapiExtra: { 'x-team': 'gatehouse' } },
  function listStaff() {
    return ['ann', 'bob']
  },
)
// #endregion extra

export default app
