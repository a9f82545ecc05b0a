import { X509Certificate } from 'node:crypto'
import { readCertificate } from '../adapters/x509.ts'
import type { ClientCertificate } from '../client-certificate.ts'

/** Self-signed, of `CN=sallyport-attack-stranger`, good until 2126. Nobody has kept its key. */
const STRANGER = [
  'MIIBvDCCAWKgAwIBAgIUHDY9CI3zd7x1mxjWzyiRowZahNMwCgYIKoZIzj0EAwIwJDEiMCAGA1UEAwwZc2FsbHlwb3J0LWF0dGFjay1zdHJhbmdlcjAg',
  'Fw0yNjExMjIwODEzMzFaGA8yMTI2MTAyOTA4MTMzMVowJDEiMCAGA1UEAwwZc2FsbHlwb3J0LWF0dGFjay1zdHJhbmdlcjBZMBMGByqGSM49AgEGCCqG',
  'SM49AwEHA0IABKRtvCV/f+SWNyXczTdOjBMou9O8RTe9WqAIA56AjEotS3R6T62ErOZni7zvKsFP20UXeayd+6rd9ZQOLQgt4tqjcDBuMB0GA1UdDgQW',
  'BBQ7CIHLNXdh0tiBMzyIleSrgda8WTAfBgNVHSMEGDAWgBQ7CIHLNXdh0tiBMzyIleSrgda8WTAPBgNVHRMBAf8EBTADAQH/MBsGA1UdEQQUMBKCEHN0',
  'cmFuZ2VyLmludmFsaWQwCgYIKoZIzj0EAwIDSAAwRQIhALuFfUe3hVue5e1PfujOI6nagZQ1hw7CqOtB5F4zE9UsAiBNglKE0pUSAgmFLvxOsGNRYD91',
  'DrOTHPcDyXoEKgpP/g==',
].join('')

/**
 * A certificate as a connection would tell of it, once TLS has accepted it.
 *
 * @param pem one certificate as PEM text.
 * @throws TypeError for what is none.
 */
export function certificateOfText(pem: string): ClientCertificate {
  let read: X509Certificate
  try {
    read = new X509Certificate(pem)
  } catch {
    throw new TypeError('attack(): certificate is one X.509 certificate as PEM text.')
  }
  const certificate = readCertificate(read)
  if (certificate === false) throw new TypeError('attack(): certificate cannot be read.')
  return certificate
}

/** Another's certificate, which the same CA has signed. */
export function strangersCertificate(): ClientCertificate {
  return certificateOfText(`-----BEGIN CERTIFICATE-----\n${STRANGER}\n-----END CERTIFICATE-----\n`)
}
