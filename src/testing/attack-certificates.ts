import type { ClientCertificate } from '../client-certificate.ts'
import { withHeader } from './attack-credentials.ts'
import type { Form } from './attack-forms.ts'
import { strangersCertificate } from './certificate-text.ts'

/** Certificates that nobody may accept, and headers in which a request says itself that it has one. */
export function certificateForms(): Form[] {
  const stranger = strangersCertificate()
  return [
    {
      name: 'a certificate that TLS did not accept',
      kind: 'broken',
      apply: (request) => ({ ...request, certificate: false }),
    },
    {
      name: 'a certificate of somebody else',
      kind: 'wrong',
      apply: (request) => ({ ...request, certificate: stranger }),
    },
    ...headerForms(stranger, 'the certificate'),
  ]
}

/** A good certificate when it is not its time, and as text that anybody could have written. */
export function certificateMisses(certificate: ClientCertificate): Form[] {
  const at = (name: string, validFrom: string, validTo: string): Form => ({
    name,
    kind: 'wrong',
    apply: (request) => ({
      ...request,
      certificate: { ...certificate, validFrom: new Date(validFrom), validTo: new Date(validTo) },
    }),
  })
  return [
    at('after its end', '1999-01-01', '2000-01-01'),
    at('before its beginning', '9998-01-01', '9999-01-01'),
    ...headerForms(certificate, 'it'),
  ]
}

/**
 * What proxies write of a client's certificate: RFC 9440, nginx, Apache, Envoy, HAProxy, Traefik, Azure and AWS.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9440.html#section-4
 */
function headerForms(certificate: ClientCertificate, what: string): Form[] {
  const base64 = Buffer.from(certificate.raw).toString('base64')
  const pem = encodeURIComponent(`-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`)
  const { CN = 'admin' } = certificate.subject
  const name = `CN=${String(CN)}`
  const headers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'Client-Cert': { 'client-cert': `:${base64}:` },
    'X-Client-Cert': { 'x-client-cert': pem },
    'X-SSL-Client-Cert': { 'x-ssl-client-cert': pem, 'x-ssl-client-verify': 'SUCCESS' },
    'SSL-Client-Cert': { 'ssl-client-cert': pem, 'ssl-client-verify': 'SUCCESS', 'ssl-client-subject-dn': name },
    'X-SSL-Client-S-DN': { 'x-ssl-client-s-dn': name, 'x-ssl-client-verify': 'SUCCESS', 'x-ssl-client-cn': String(CN) },
    'X-Forwarded-Client-Cert': { 'x-forwarded-client-cert': `Cert="${pem}";Subject="${name}";Hash=0` },
    'X-Forwarded-Tls-Client-Cert': {
      'x-forwarded-tls-client-cert': encodeURIComponent(base64),
      'x-forwarded-tls-client-cert-info': encodeURIComponent(`Subject="${name}"`),
    },
    'X-ARR-ClientCert': { 'x-arr-clientcert': base64 },
    'X-Amzn-Mtls-Clientcert': { 'x-amzn-mtls-clientcert': pem, 'x-amzn-mtls-clientcert-subject': name },
  }
  return Object.entries(headers).map(([title, lines]) => ({
    name: `${what} in ${title}`,
    kind: 'broken',
    apply: (request) => Object.entries(lines).reduce((made, [line, text]) => withHeader(made, line, text), request),
  }))
}
