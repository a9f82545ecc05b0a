import type { HMACName } from './algorithms.ts'
import type { JWTClaims } from './claims.ts'
import type { Key } from './key.ts'
import type { KeySet } from './key-set.ts'
import { assertOptions } from './options.ts'
import type { RefusedToken } from './refused-token.ts'
import { JWTSigner, type JWTSignerOptions } from './signer.ts'
import { JWTVerifier } from './verifier.ts'
import type { JWTVerifierOptions } from './verifier-options.ts'

/** What a {@link JWT} signs and accepts. */
export interface JWTOptions<Claims = JWTClaims>
  extends Pick<
      JWTVerifierOptions<Claims>,
      'claims' | 'clockTolerance' | 'maxAge' | 'maxLength' | 'requiredClaims' | 'cache' | 'revocation'
    >,
    Pick<JWTSignerOptions, 'expiresIn' | 'notBefore' | 'dangerouslyAllowMissingExpiry' | 'clock'> {
  /** A shared secret: a text, used as its UTF-8 bytes, or bytes. This or `keys` is required. */
  readonly secret?: string | Uint8Array
  /** What the secret is for; default: `HS256`. */
  readonly algorithm?: HMACName
  /** The key or the key set that signs and verifies. */
  readonly keys?: Key | KeySet
  /** `iss` of every token, and the only one accepted; default: none. */
  readonly issuer?: string
  /** `aud` of every token, and the only one accepted; default: none. */
  readonly audience?: string
  /** `typ` of every token, and the only one accepted; default: `JWT`. */
  readonly typ?: string
}

const OPTIONS: ReadonlySet<string> = new Set([
  'secret',
  'algorithm',
  'keys',
  'issuer',
  'audience',
  'typ',
  'expiresIn',
  'notBefore',
  'claims',
  'clockTolerance',
  'maxAge',
  'maxLength',
  'requiredClaims',
  'cache',
  'revocation',
  'dangerouslyAllowMissingExpiry',
  'clock',
])

/**
 * Signs and verifies with one configuration: for an application that issues its own tokens.
 *
 * @example
 * ```ts
 * import { JWT } from 'sallyport/jwt'
 * import { z } from 'zod'
 *
 * const tokens = new JWT({
 *   secret: process.env.SECRET ?? '',
 *   expiresIn: '30m',
 *   claims: z.object({ sub: z.string(), scope: z.string() }),
 * })
 * export const login = (name: string): Promise<string> => tokens.sign({ sub: name, scope: 'me items' })
 * export const whoIs = async (token: string): Promise<string> => (await tokens.verify(token)).sub
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519 RFC 7519}
 */
export class JWT<Claims = JWTClaims> {
  /** What signs, for handing on alone. */
  readonly signer: JWTSigner
  /** What verifies, for handing on alone. */
  readonly verifier: JWTVerifier<Claims>

  /**
   * @param options - The secret or the keys, and what the tokens say.
   * @throws TypeError for what {@link JWTSigner} and {@link JWTVerifier} refuse.
   */
  constructor(options: JWTOptions<Claims>) {
    assertOptions('JWT', options, OPTIONS)
    const { secret, algorithm, keys, expiresIn, notBefore, ...both } = options
    if (keys === undefined && secret === undefined && 'secret' in options)
      throw new TypeError(
        "JWT: secret is undefined. Is its environment variable set? 'sallyport keygen HS256' makes one, and node --env-file=.env reads it",
      )
    if ((keys === undefined) === (secret === undefined)) throw new TypeError('secret: give either secret or keys')
    if (keys !== undefined && algorithm !== undefined) throw new TypeError('algorithm: keys have their own')
    const { issuer, audience, typ, dangerouslyAllowMissingExpiry, clock } = both
    const times = defined({ expiresIn, notBefore })
    // Revocation asks by `jti`, so that every token then has one.
    const jti = both.revocation !== undefined
    const shared = { ...defined({ issuer, audience, typ, dangerouslyAllowMissingExpiry, clock }), jti }
    if (keys !== undefined) {
      this.signer = new JWTSigner({ key: keys, ...times, ...shared })
      this.verifier = new JWTVerifier<Claims>({ keys, ...both })
    } else {
      const name = algorithm ?? 'HS256'
      this.signer = new JWTSigner({ key: secret as string, algorithm: name, ...times, ...shared })
      this.verifier = new JWTVerifier<Claims>({ secret: secret as string, algorithms: [name], ...both })
    }
  }

  /** Signs claims; see {@link JWTSigner.sign}. */
  sign(claims?: JWTClaims): Promise<string> {
    return this.signer.sign(claims)
  }

  /** Verifies a token; see {@link JWTVerifier.verify}. */
  verify(token: string): Promise<Claims> {
    return this.verifier.verify(token)
  }

  /** Verifies a token, at once where possible; see {@link JWTVerifier.check}. */
  check(token: string): Claims | Promise<Claims> {
    return this.verifier.check(token)
  }

  /** As {@link check}, for the schemes: a refused token is given where that says all. */
  '~attempt'(token: string): Claims | RefusedToken | Promise<Claims | RefusedToken> {
    return this.check === JWT.prototype.check ? this.verifier['~attempt'](token) : this.check(token)
  }

  /** The claims of a warm token at once; see {@link JWTVerifier.cached}. */
  cached(token: string): Claims | undefined {
    return this.verifier.cached(token)
  }

  /** Revokes a token; see {@link JWTVerifier.revoke}. */
  revoke(token: string): Promise<void> {
    return this.verifier.revoke(token)
  }
}

/** Without the members that are undefined, which the options' types do not allow. */
function defined<Options extends object>(
  options: Options,
): { [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Options]?: Exclude<Options[Name], undefined>
  }
}
