import { App, Path } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { z } from 'zod'

const bearer = new HTTPBearer({
  verify: ({ credentials }) =>
    credentials === 'john-token' ? { name: 'john' } : undefined,
})

// #region app
const app = new App({
  title: 'Gates',
  version: '1.4.0',
  summary: 'Who may come in, and through which gate.',
  description: 'Times are in UTC. **Closed** gates answer with 409.',
  contact: { name: 'The porters', email: 'porters@example.com' },
  license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
  tags: [
    { name: 'gates', description: 'What everybody may see.' },
    { name: 'keys', description: 'For porters.' },
  ],
  docsUrl: '/try',
  redocUrl: '/read',
  swaggerUIParameters: { docExpansion: 'none', filter: true },
})
// #endregion app

// #region operations
const Name = Path(z.enum(['north', 'south']), { description: 'Which gate.' })

app.get(
  '/gates/{name}',
  {
    params: { name: Name },
    tags: ['gates'],
    summary: 'A gate',
    description: 'Whether it is open *now*.',
  },
  ({ name }) => ({ name, open: name === 'north' }),
)

app.get('/keys', { params: { caller: bearer }, tags: ['keys'] }, ({ caller }) => ({
  heldBy: caller.name,
}))

app.get('/internal/metrics', { includeInSchema: false }, () => 'gates 2')
// #endregion operations

export default app
