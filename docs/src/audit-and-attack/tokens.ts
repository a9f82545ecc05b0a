import { JWT } from 'sallyport/jwt'

export const secret = process.env.SECRET ?? 'not a secret, because it stands in a guide'

export const tokens = new JWT({
  secret,
  issuer: 'https://shop.example',
  audience: 'https://shop.example',
  expiresIn: '30m',
})
