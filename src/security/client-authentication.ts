import { assertText } from './options.ts'

/**
 * How we authenticate to an authorization server: a function that adds to a request's headers and form.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3
 */
export type ClientAuthentication = (headers: Headers, form: URLSearchParams) => void | Promise<void>

/**
 * Sends name and secret in `Authorization`: `client_secret_basic`.
 *
 * @param clientId our name at the authorization server.
 * @param clientSecret our secret there.
 * @throws TypeError for an empty one.
 * @example
 * ```ts
 * import { ClientSecretBasic, TokenIntrospection } from 'sallyport/security'
 *
 * export const tokens = new TokenIntrospection({
 *   endpoint: 'https://login.example.com/introspect',
 *   client: ClientSecretBasic('api', process.env.CLIENT_SECRET ?? ''),
 * })
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3.1
 */
export function ClientSecretBasic(clientId: string, clientSecret: string): ClientAuthentication {
  assertText(clientId, 'ClientSecretBasic(): clientId')
  assertText(clientSecret, 'ClientSecretBasic(): clientSecret')
  const authorization = `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`)}`
  return (headers) => headers.set('authorization', authorization)
}

/**
 * Sends name and secret in the form: `client_secret_post`, for servers that do not take {@link ClientSecretBasic}.
 *
 * @param clientId our name at the authorization server.
 * @param clientSecret our secret there.
 * @throws TypeError for an empty one.
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3.1
 */
export function ClientSecretPost(clientId: string, clientSecret: string): ClientAuthentication {
  assertText(clientId, 'ClientSecretPost(): clientId')
  assertText(clientSecret, 'ClientSecretPost(): clientSecret')
  return (_, form) => {
    form.set('client_id', clientId)
    form.set('client_secret', clientSecret)
  }
}

/** What signs the assertions of {@link PrivateKeyJWT}: a `JWTSigner` of `sallyport/jwt`. */
export interface AssertionSigner {
  sign(claims: { readonly iss: string; readonly sub: string; readonly jti: string }): Promise<string>
}

/**
 * Proves with a signature that we have our private key: `private_key_jwt`. The server then keeps no secret of ours.
 *
 * @param clientId our name at the authorization server.
 * @param signer signs with our key; its `audience` is the authorization server's issuer, its `expiresIn` a minute or so.
 * @throws TypeError for an empty name, or something that cannot sign.
 * @example
 * ```ts
 * import { JWTSigner, Key } from 'sallyport/jwt'
 * import { PrivateKeyJWT, TokenIntrospection } from 'sallyport/security'
 *
 * const key = await Key.generate('ES256')
 * export const tokens = new TokenIntrospection({
 *   endpoint: 'https://login.example.com/introspect',
 *   client: PrivateKeyJWT('api', new JWTSigner({ key, audience: 'https://login.example.com', expiresIn: '1m' })),
 * })
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc7523.html#section-2.2
 */
export function PrivateKeyJWT(clientId: string, signer: AssertionSigner): ClientAuthentication {
  assertText(clientId, 'PrivateKeyJWT(): clientId')
  if (typeof signer?.sign !== 'function')
    throw new TypeError('PrivateKeyJWT(): signer has a method sign, as new JWTSigner({ … }) has.')
  return async (_, form) => {
    const assertion = await signer.sign({ iss: clientId, sub: clientId, jti: crypto.randomUUID() })
    form.set('client_id', clientId)
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    form.set('client_assertion', assertion)
  }
}

/**
 * Sends an access token of our own, for servers that protect the endpoint with one.
 *
 * @param token the token, or what gives the one that is valid now.
 * @throws TypeError for an empty token.
 * @see https://www.rfc-editor.org/rfc/rfc7662.html#section-2.1
 */
export function BearerAuthorization(token: string | (() => string | Promise<string>)): ClientAuthentication {
  if (typeof token !== 'function') assertText(token, 'BearerAuthorization(): token')
  return async (headers) => {
    headers.set('authorization', `Bearer ${typeof token === 'function' ? await token() : token}`)
  }
}

/** RFC 6749 §2.3.1 and its appendix B: form-encoded first, so that a colon in the name does not end it. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
