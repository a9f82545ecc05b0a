import { JWT } from 'sallyport/jwt'
import { z } from 'zod'

export const tokens = new JWT({
  secret: process.env.SECRET ?? 'not a secret, because it stands in a guide',
  issuer: 'https://login.example.com',
  audience: 'https://api.example.com',
  expiresIn: '30m',
  claims: z.object({
    sub: z.string(),
    scope: z.string().default(''),
    department: z.enum(['sales', 'stock']),
    acr: z.string().optional(),
    auth_time: z.int().optional(),
  }),
})
