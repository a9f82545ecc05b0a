/** What the apps under attack verify tokens with, and how attack() gets good ones. */
import { JWT } from 'sallyport/jwt'
import { HTTPBearer, OAuth2PasswordBearer } from 'sallyport/security'
import type { SchemeCredentials, TokenChanges } from 'sallyport/testing'
import { decodeToken } from '../../src/testing/attack-tokens.ts'

export const SECRET = 'a secret of the tests, of more than thirty-two bytes'
export const ISSUER = 'https://issuer.example'
export const AUDIENCE = 'https://api.example'
export const SCOPES = { me: 'Me.', items: 'Items.' }

export const tokens = new JWT({ secret: SECRET, issuer: ISSUER, audience: AUDIENCE, expiresIn: '30m' })

/** A new verifying scheme: each app has its own. */
export const bearer = () => new HTTPBearer({ verify: tokens, scopes: SCOPES })
export const oauth2 = () => new OAuth2PasswordBearer({ tokenUrl: 'token', verify: tokens, scopes: SCOPES })

/** Signs anything with the key: what no signer of ours would. */
export async function sign({ claims, header }: TokenChanges): Promise<string> {
  const good = decodeToken(await tokens.sign({ sub: 'johndoe', scope: 'me items' }))
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part({ ...good?.header, ...header })}.${part({ ...good?.claims, ...claims })}`
  const key = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(SECRET),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(input))
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

export const good: SchemeCredentials = {
  valid: () => tokens.sign({ sub: 'johndoe', scope: 'me items' }),
  withScopes: (scopes) => tokens.sign({ sub: 'johndoe', scope: scopes.join(' ') }),
  // The type of a token is not looked at where only one kind is issued.
  mint: (changes) => ('typ' in changes.header ? undefined : sign(changes)),
}
