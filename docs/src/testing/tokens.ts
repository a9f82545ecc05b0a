import { JWT } from 'sallyport/jwt'

export const tokens = new JWT({
  secret: process.env.SECRET ?? 'not a secret, because it stands in a guide',
  issuer: 'https://api.example.com',
  audience: 'https://api.example.com',
  expiresIn: '30m',
})
