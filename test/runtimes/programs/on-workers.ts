import { CurrentIncoming } from 'sallyport'
import { PasswordHash, ScryptHasher } from 'sallyport/password'
import { bindings, serve } from 'sallyport/workers'
import { appWith } from './accounts.ts'

// Argon2 is not to be had there, and nothing random before the first request.
let hashed: Promise<string> | undefined
const app = appWith(async (password) => {
  const passwords = new PasswordHash([new ScryptHasher({ cost: 2 ** 13, parallelization: 10 })])
  hashed ??= passwords.hash('secret')
  return passwords.verify(password, await hashed)
})
const env = bindings<{ GREETING: string }>()
app.get('/binding', { params: { env } }, ({ env }) => env.GREETING)
app.get('/certificate', { params: { incoming: CurrentIncoming } }, ({ incoming }) => {
  const certificate = incoming.clientCertificate('socket')
  return certificate
    ? { subject: certificate.subject, thumbprint: certificate.thumbprint }
    : { certificate: certificate ?? null }
})

export default serve(app)
