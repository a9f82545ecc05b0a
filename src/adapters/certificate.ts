import type { TLSSocket } from 'node:tls'
import type { ClientCertificate } from '../client-certificate.ts'
import { certificateInField, readCertificate } from './x509.ts'

/**
 * The certificate of the other end of a connection: undefined where there is none, false where it is there and was not accepted.
 *
 * `authorized` alone says too little: it is true of a resumed session and of a pre-shared key that brought no certificate.
 */
export function certificateOf(socket: Partial<TLSSocket>): ClientCertificate | false | undefined {
  const certificate = socket.getPeerX509Certificate?.()
  if (certificate === undefined) return undefined
  return socket.authorized === true && readCertificate(certificate)
}

/** The certificate in a value of `Client-Cert` (RFC 9440): false for what is none. */
export function certificateIn(header: string): ClientCertificate | false {
  return certificateInField(header, process.getBuiltinModule('node:crypto').X509Certificate)
}
