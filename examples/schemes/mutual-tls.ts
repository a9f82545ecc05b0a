/**
 * The certificate of the client. First make a CA, and with it a certificate for the server and one for a client:
 *
 *     $ NEW='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2'
 *     $ openssl req -x509 $NEW -keyout ca.key -out ca.pem -subj /CN=demo-ca
 *     $ openssl req -x509 $NEW -keyout server.key -out server.pem -subj /CN=localhost \
 *         -CA ca.pem -CAkey ca.key -addext subjectAltName=DNS:localhost
 *     $ openssl req -x509 $NEW -keyout client.key -out client.pem -subj /CN=sensor -CA ca.pem -CAkey ca.key
 *     $ openssl req -x509 $NEW -keyout stranger.key -out stranger.pem -subj /CN=stranger -CA ca.pem -CAkey ca.key
 *
 * `sallyport dev` speaks plain HTTP, so this program serves itself, with the files of the folder that it is started in:
 *
 *     node examples/schemes/mutual-tls.ts
 *
 *     $ curl -si --cacert ca.pem https://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: MutualTLS
 *     {"detail":"Not authenticated"}
 *
 *     $ curl -si --cacert ca.pem --cert stranger.pem --key stranger.key https://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *
 *     $ curl -s --cacert ca.pem --cert client.pem --key client.key https://localhost:8000/me
 *     {"name":"The sensor on the roof"}
 */
import { readFileSync } from 'node:fs'
import { App } from 'sallyport'
import { type ServeOptions, serve } from 'sallyport/node'
import { MutualTLS } from 'sallyport/security'

const devices = new Map([['sensor', { name: 'The sensor on the roof' }]])

// The CA says who somebody is. Who may come in is said here.
const mutualTLS = new MutualTLS({
  verify: ({ subject }) => (typeof subject.CN === 'string' ? devices.get(subject.CN) : undefined),
})

const app = new App({ title: 'Mutual TLS' })

app.get('/me', { params: { device: mutualTLS } }, ({ device }) => ({ name: device.name }))

/** Clients without a certificate get an answer too: 401, and the docs. */
export function tls(): NonNullable<ServeOptions['tls']> {
  const [key, cert, ca] = ['server.key', 'server.pem', 'ca.pem'].map((file) => readFileSync(file))
  return { key, cert, ca, requestCert: true, rejectUnauthorized: false }
}

if (process.argv[1] === import.meta.filename) await serve(app, { port: 8000, tls: tls() })

export default app
