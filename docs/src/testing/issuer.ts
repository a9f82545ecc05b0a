import { JWTSigner, JWTVerifier, Key } from 'sallyport/jwt'

const issuer = 'https://login.example.com'
const audience = 'https://api.example.com'
const key = await Key.generate('ES256')

/** Signs as the issuer does. */
export const signer = new JWTSigner({ key, issuer, audience, expiresIn: '5m' })

/** In the place of the verifier that fetches the issuer's keys. */
export const verifier = new JWTVerifier({ keys: key, issuer, audience })
