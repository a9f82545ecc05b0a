import { type CookieOptions, serializeCookie } from './cookies.ts'

/** The answer in the making. What a handler and its dependencies set here goes out with the handler's value. */
export class CurrentResponse {
  /** The status; undefined leaves it to the operation. */
  status: number | undefined
  /** Headers to send; `append` sends a name more than once. */
  readonly headers: Headers = new Headers()

  /**
   * Sets a cookie.
   *
   * @param name a token; `__Host-` and `__Secure-` names must have what their prefix promises.
   * @param value any text of cookie octets; anything else is a TypeError, encode it first.
   * @throws TypeError for a name, value or option that is no cookie.
   * @see https://www.rfc-editor.org/rfc/rfc6265.html#section-4.1.1
   */
  setCookie(name: string, value: string, options: CookieOptions = {}): void {
    this.headers.append('set-cookie', serializeCookie(name, value, options))
  }

  /** Makes the client forget a cookie; `path` and `domain` must be those that it was set with. */
  deleteCookie(name: string, options: Omit<CookieOptions, 'maxAge' | 'expires'> = {}): void {
    this.setCookie(name, '', { ...options, maxAge: 0 })
  }
}
