/** Type tests of certificates and bound tokens: what the scheme gives is what the handler gets. Compiled, not run. */

import { App, type ClientCertificate, Security } from 'sallyport'
import { JWT, type JWTClaims } from 'sallyport/jwt'
import { HTTPBearer, MutualTLS, type Principal } from 'sallyport/security'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <_True extends true>(): void => {}
type Called<S extends (request: Request) => unknown> = Awaited<ReturnType<S>>

const plain = new MutualTLS()
expect<Equal<Called<typeof plain>, ClientCertificate>>()
const optional = new MutualTLS({ autoError: false })
expect<Equal<Called<typeof optional>, ClientCertificate | undefined>>()

interface Device {
  readonly name: string
}
const devices = new Map<string, Device>()
const mutualTLS = new MutualTLS({
  scopes: { read: 'Read.' },
  verify: async ({ thumbprint }) => devices.get(thumbprint),
})
expect<Equal<Called<typeof mutualTLS>, Device>>()
const app = new App()
app.get('/', { params: { device: Security(mutualTLS, ['read']) } }, ({ device }) => device.name)
// @ts-expect-error the scheme does not declare the scope
Security(mutualTLS, ['write'])
// @ts-expect-error there is no such place
new MutualTLS({ from: 'header' })

const verify = new JWT({ secret: '', expiresIn: '30m' })
const bearer = new HTTPBearer({ verify, dpop: { origin: 'https://api.example.com' }, certificateBound: true })
expect<Equal<Called<typeof bearer>, Principal<JWTClaims>>>()
// @ts-expect-error without the origin nobody knows which URI a proof is for
new HTTPBearer({ verify, dpop: {} })
// @ts-expect-error a shared secret proves nothing
new HTTPBearer({ verify, dpop: { origin: 'https://api.example.com', algorithms: ['HS256'] } })
// @ts-expect-error it is on, or left out
new HTTPBearer({ verify, certificateBound: false })
