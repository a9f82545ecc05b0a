import { OpenIdConnect } from 'sallyport/security'
import type { Settings } from './settings.ts'

export const SCOPES = { items: 'Read items.' }

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The scheme of the provider's access tokens (RFC 9068). Its keys are found from its address, and kept. */
export function providerOf({ OIDC_ISSUER, OIDC_AUDIENCE }: Pick<Settings, 'OIDC_ISSUER' | 'OIDC_AUDIENCE'>) {
  return new OpenIdConnect({
    openIdConnectUrl: `${OIDC_ISSUER.replace(/\/$/, '')}/.well-known/openid-configuration`,
    scopes: SCOPES,
    verify: { audience: OIDC_AUDIENCE, dangerouslyAllowHTTP: isOnThisMachine(OIDC_ISSUER) },
  })
}

/** Whether nobody can be on the way to the provider: then, and only then, http will do. */
export function isOnThisMachine(issuer: string): boolean {
  return LOOPBACK.has(new URL(issuer).hostname)
}
