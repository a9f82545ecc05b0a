import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { ALGORITHMS, type AlgorithmName, Key } from '../../src/jwt/index.ts'

/** What another implementation is given: our token and the keys; it verifies the one and signs another. */
export interface Exchange {
  readonly algorithm: AlgorithmName
  readonly token: string
  readonly claims: Readonly<Record<string, unknown>>
  /** The secret as text, or PEM. */
  readonly signing: string
  readonly verifying: string
  readonly signingJWK: JWK
  readonly verifyingJWK: JWK
}

/** What it answers: the claims that it read in our token, and its own token. */
export interface Answer {
  readonly claims: Readonly<Record<string, unknown>>
  readonly token: string
}

/** Another implementation. */
export interface Peer {
  readonly name: string
  readonly algorithms: readonly AlgorithmName[]
  /** Undefined when it is here, otherwise what is missing. */
  readonly missing: () => string | undefined
  readonly exchange: (exchange: Exchange) => Promise<Answer>
}

const SECRET = 'a secret of sixty-four characters for HS256, HS384 and HS512 too'
const WITHOUT_RFC_9864 = ALGORITHMS.filter((name) => name !== 'Ed25519')

/** A key and the exchange of its token for the given claims. */
export async function exchangeFor(
  algorithm: AlgorithmName,
  claims: Readonly<Record<string, unknown>>,
  sign: (key: Key) => Promise<string>,
): Promise<{ readonly key: Key; readonly exchange: Exchange }> {
  const hmac = algorithm.startsWith('HS')
  const key = hmac
    ? Key.fromSecret(SECRET, algorithm as 'HS256')
    : await Key.generate(algorithm, { modulusLength: 2048 })
  const signingJWK = key.exportPrivateJWK()
  return {
    key,
    exchange: {
      algorithm,
      token: await sign(key),
      claims,
      signing: hmac ? SECRET : await key.exportPrivatePEM(),
      verifying: hmac ? SECRET : await key.toPEM(),
      signingJWK,
      verifyingJWK: hmac ? signingJWK : key.toJWK(),
    },
  }
}

const joseAPI: Peer = {
  name: 'jose',
  algorithms: ALGORITHMS,
  missing: () => undefined,
  async exchange({ algorithm, token, claims, signingJWK, verifyingJWK }) {
    const { payload } = await jwtVerify(token, await importJWK(verifyingJWK, algorithm), { algorithms: [algorithm] })
    const signer = new SignJWT({ ...claims }).setProtectedHeader({ alg: algorithm, typ: 'JWT' })
    return { claims: payload, token: await signer.sign(await importJWK(signingJWK, algorithm)) }
  },
}

const PYJWT = `
import json, sys, jwt
x = json.load(sys.stdin)
claims = jwt.decode(x["token"], x["verifying"], algorithms=[x["algorithm"]])
print(json.dumps({"claims": claims, "token": jwt.encode(x["claims"], x["signing"], algorithm=x["algorithm"])}))
`

const AUTHLIB = `
import json, sys
from authlib.jose import JsonWebToken
x = json.load(sys.stdin)
tokens = JsonWebToken([x["algorithm"]])
claims = tokens.decode(x["token"], x["verifying"])
claims.validate()
token = tokens.encode({"alg": x["algorithm"], "typ": "JWT"}, x["claims"], x["signing"])
print(json.dumps({"claims": claims, "token": token.decode()}))
`

const python = (name: string, module: string, program: string): Peer => ({
  name,
  algorithms: WITHOUT_RFC_9864,
  missing: () => (runs('/usr/bin/python3', ['-c', `import ${module}, cryptography`]) ? undefined : `python3-${name}`),
  async exchange(exchange) {
    return JSON.parse(run('/usr/bin/python3', ['-c', program], JSON.stringify(exchange)))
  },
})

const joseCommand: Peer = {
  name: 'jose-command',
  // It knows no EdDSA.
  algorithms: ALGORITHMS.filter((name) => !name.startsWith('Ed')),
  missing: () => (runs('jose', ['alg']) ? undefined : 'jose'),
  async exchange({ algorithm, token, claims, signingJWK, verifyingJWK }) {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-jose-'))
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text, { mode: 0o600 })
      return join(folder, name)
    }
    try {
      // The command reads key_ops from use and refuses to sign with use alone.
      const { use: _, ...signing } = signingJWK
      const verified = run('jose', [
        ...['jws', 'ver', '-i', file('token', token), '-k', file('verifying', JSON.stringify(verifyingJWK)), '-O', '-'],
      ])
      const signed = run('jose', [
        ...['jws', 'sig', '-I', file('claims', JSON.stringify(claims)), '-k', file('signing', JSON.stringify(signing))],
        ...['-s', JSON.stringify({ protected: { alg: algorithm, typ: 'JWT' } }), '-c'],
      ])
      return { claims: JSON.parse(verified), token: signed.trim() }
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

/** The implementations that ours is tried against, in both directions. */
export const PEERS: readonly Peer[] = [
  joseAPI,
  python('jwt', 'jwt', PYJWT),
  python('authlib', 'authlib', AUTHLIB),
  joseCommand,
]

function run(command: string, words: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, { input, encoding: 'utf8' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`)
  return stdout
}

function runs(command: string, words: readonly string[]): boolean {
  return spawnSync(command, words, { stdio: 'ignore' }).status === 0
}
