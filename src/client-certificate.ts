/**
 * Where a client's certificate is taken from: `socket`, the TLS connection itself; `client-cert`, the header `Client-Cert` of a trusted
 * proxy that ends TLS.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9440.html#section-2.1
 */
export type CertificateSource = 'socket' | 'client-cert'

/** The attributes of a distinguished name by their short names (`CN`, `O`, `OU`); one that stands there more than once is a list. */
export type DistinguishedName = Readonly<Record<string, string | readonly string[]>>

/** The names that a certificate has besides its subject; each list is empty where there is none. */
export interface SubjectAltNames {
  /** Names of hosts. */
  readonly dns: readonly string[]
  /** Addresses of mail. */
  readonly email: readonly string[]
  /** URIs, such as SPIFFE IDs. */
  readonly uri: readonly string[]
  /** IP addresses. */
  readonly ip: readonly string[]
}

/** The certificate that a client has proved to hold the key of. */
export interface ClientCertificate {
  /** Whom it is for. */
  readonly subject: DistinguishedName
  /** Who signed it. */
  readonly issuer: DistinguishedName
  /** The names that it has besides. */
  readonly subjectAltNames: SubjectAltNames
  /** Its number at the issuer, in hexadecimal digits. */
  readonly serialNumber: string
  /** The SHA-256 of {@link raw} in base64url: what `x5t#S256` of a token is compared with. */
  readonly thumbprint: string
  /** The certificate in DER. */
  readonly raw: Uint8Array
  /** From when on it is good. */
  readonly validFrom: Date
  /** Until when it is good. */
  readonly validTo: Date
}
