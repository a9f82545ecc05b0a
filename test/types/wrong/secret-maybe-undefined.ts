import { JWT } from 'sallyport/jwt'

export const tokens = new JWT({ secret: process.env.SECRET, expiresIn: '30m' })
