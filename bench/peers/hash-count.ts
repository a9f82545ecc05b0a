/**
 * How many hashes and signatures a refused credential costs, counted: what of node:crypto and WebCrypto hashes is wrapped before
 * Sallyport is loaded. Prints JSON: for each credential its length, the answer's status and the count.
 */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { SECRET } from './contract.ts'

let count = 0
const counted = (target: object, names: readonly string[]): void => {
  for (const name of names) {
    const original = Reflect.get(target, name)
    if (typeof original !== 'function') continue
    const wrapped = function (this: unknown, ...given: unknown[]): unknown {
      count++
      return Reflect.apply(original, this, given)
    }
    Object.defineProperty(target, name, { value: wrapped, configurable: true, writable: true })
  }
}
counted(crypto, [
  'createHash',
  'createHmac',
  'hash',
  'createVerify',
  'verify',
  'argon2',
  'argon2Sync',
  'scrypt',
  'pbkdf2',
])
counted(Object.getPrototypeOf(crypto.webcrypto.subtle), ['digest', 'sign', 'verify'])
syncBuiltinESMExports()

const { App } = await import('sallyport')
const { JWT } = await import('sallyport/jwt')
const { HTTPBearer } = await import('sallyport/security')
const tokens = new JWT({ secret: SECRET, expiresIn: '1h' })
const app = new App()
app.get('/', { params: { caller: new HTTPBearer({ verify: tokens }) } }, ({ caller }) => ({ subject: caller.subject }))

const good = await tokens.sign({ sub: 'user0' })
const [header, , signature] = good.split('.') as [string, string, string]
const forged = (length: number): string => {
  const payload = Buffer.from(JSON.stringify({ sub: 'x'.repeat(length), exp: 4e9 })).toString('base64url')
  return `${header}.${payload}.${signature}`
}
const results = []
for (const [name, token] of [
  ['good, cold', good],
  ['rubbish', 'garbage'],
  ['forged, short', forged(10)],
  ['forged, over 8 KiB', forged(8192)],
  ['rubbish, over 8 KiB', 'x'.repeat(9000)],
] as const) {
  count = 0
  const { status } = await app.request('/', { headers: { authorization: `Bearer ${token}` } })
  results.push({ name, length: token.length, status, hashes: count })
}
console.log(JSON.stringify(results))
