import type * as NodeCrypto from 'node:crypto'
import type { JWK } from 'jose'
import type { AlgorithmName } from './algorithms.ts'
import { BadKeyError } from './jwk.ts'
import { nodeCrypto } from './runtime.ts'

const BLOCK = /^-----BEGIN ([A-Z0-9 ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----$/

/** Reads the one key block of a PEM text as a JWK. */
export async function jwkFromPEM(pem: string, algorithm: AlgorithmName | undefined): Promise<JWK> {
  const text = typeof pem === 'string' ? pem.trim() : ''
  const label = BLOCK.exec(text)?.[1] ?? ''
  if (label === 'CERTIFICATE') {
    throw new BadKeyError(
      "pem: a certificate's chain and expiry would not be checked; take its key with 'openssl x509 -pubkey -noout'",
    )
  }
  if (label === 'ENCRYPTED PRIVATE KEY' || text.includes('Proc-Type:')) {
    throw new BadKeyError("pem: the key is encrypted; decrypt it with 'openssl pkey' when it is loaded")
  }
  if (!/^(?:RSA |EC )?(?:PUBLIC|PRIVATE) KEY$/.test(label)) {
    throw new BadKeyError('pem: expected one PUBLIC KEY or PRIVATE KEY block and nothing else')
  }
  try {
    return nodeCrypto === undefined ? await portable(text, label, algorithm) : native(nodeCrypto, text, label)
  } catch (error) {
    if (error instanceof BadKeyError) throw error
    // Without the cause, which may quote the text.
    throw new BadKeyError(`pem: the ${label} block cannot be read as a key of a supported algorithm`)
  }
}

function native({ createPrivateKey, createPublicKey }: typeof NodeCrypto, text: string, label: string): JWK {
  const key = label.endsWith('PRIVATE KEY') ? createPrivateKey(text) : createPublicKey(text)
  return key.export({ format: 'jwk' }) as JWK
}

async function portable(text: string, label: string, algorithm: AlgorithmName | undefined): Promise<JWK> {
  if (algorithm === undefined) throw new BadKeyError('algorithm: name it, since this runtime cannot tell it from PEM')
  const { exportJWK, importPKCS8, importSPKI } = await import('jose')
  if (label === 'PUBLIC KEY') return exportJWK(await importSPKI(text, algorithm, { extractable: true }))
  if (label === 'PRIVATE KEY') return exportJWK(await importPKCS8(text, algorithm, { extractable: true }))
  throw new BadKeyError("pem: this runtime reads PKCS #8 and SPKI only; convert the key with 'openssl pkey'")
}
