import type { X509Certificate } from 'node:crypto'
import type { ClientCertificate, DistinguishedName, SubjectAltNames } from '../client-certificate.ts'

/** A byte sequence of RFC 8941 §3.3.5: base64 between colons. No parameters are defined for it here. */
const BYTE_SEQUENCE = /^:([\w+/]+={0,2}):$/

/**
 * The certificate in a value of `Client-Cert`: false for what is none. Several lines of the header are none.
 *
 * @param Certificate the class of `node:crypto`, which not every runtime has.
 * @see https://www.rfc-editor.org/rfc/rfc9440.html#section-2.1
 */
export function certificateInField(header: string, Certificate: typeof X509Certificate): ClientCertificate | false {
  const [, base64] = BYTE_SEQUENCE.exec(header) ?? []
  if (base64 === undefined) return false
  const der = Buffer.from(base64, 'base64')
  if (withoutPadding(der.toString('base64')) !== withoutPadding(base64)) return false
  let certificate: X509Certificate
  try {
    certificate = new Certificate(der)
  } catch {
    return false
  }
  // It reads PEM as well, and bytes behind the certificate: what is hashed would not be what was read.
  return certificate.raw.equals(der) && readCertificate(certificate)
}

function withoutPadding(base64: string): string {
  return base64.replace(/=+$/, '')
}

/** What is told of a certificate; false where its names cannot be read. */
export function readCertificate(certificate: X509Certificate): ClientCertificate | false {
  const { raw, serialNumber, subjectAltName } = certificate
  const { subject, issuer } = certificate.toLegacyObject() as { subject?: object; issuer?: object }
  const subjectAltNames = namesIn(subjectAltName)
  if (subjectAltNames === undefined) return false
  return Object.freeze({
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    subjectAltNames,
    serialNumber,
    thumbprint: Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
    raw: new Uint8Array(raw),
    // Their properties as dates came with Node 22.10 and 23.
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
  })
}

function nameOf(attributes: object | undefined): DistinguishedName {
  const name: Record<string, string | readonly string[]> = Object.create(null)
  for (const [key, value] of Object.entries(attributes ?? {})) {
    name[key] = Array.isArray(value) ? Object.freeze(value.map(String)) : String(value)
  }
  return Object.freeze(name)
}

/** One name as Node writes it: one that could be read in two ways stands in quotes, as JSON (CVE-2021-44532). */
const NAME = /([\w ]+):(?:("(?:[^"\\]|\\.)*")|([^",]*))(?:, |$)/y
const KINDS: ReadonlyMap<string, keyof SubjectAltNames> = new Map([
  ['DNS', 'dns'],
  ['email', 'email'],
  ['URI', 'uri'],
  ['IP Address', 'ip'],
])

/** The names of the kinds that are told; undefined for a text that cannot be read. */
function namesIn(text = ''): SubjectAltNames | undefined {
  const names = { dns: [] as string[], email: [] as string[], uri: [] as string[], ip: [] as string[] }
  for (let at = 0; at < text.length; at = NAME.lastIndex) {
    NAME.lastIndex = at
    const [, kind = '', quoted, plain = ''] = NAME.exec(text) ?? []
    if (kind === '') return undefined
    const known = KINDS.get(kind)
    if (known !== undefined) names[known].push(quoted === undefined ? plain : (JSON.parse(quoted) as string))
  }
  for (const list of Object.values(names)) Object.freeze(list)
  return Object.freeze(names)
}
