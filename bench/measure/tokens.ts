import { createHmac } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { SECRET } from '../peers/contract.ts'

const HEADER = encoded({ alg: 'HS256', typ: 'JWT' })

/** A token of the benchmark: made here, not by any of the peers. */
export function tokenFor(sub: string, id: number, secret: string = SECRET, lifetime = 86_400): string {
  const iat = Math.floor(Date.now() / 1000)
  const content = `${HEADER}.${encoded({ sub, iat, exp: iat + lifetime, jti: String(id) })}`
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
}

/** A token without a signature, which nobody may take. */
export function unsignedToken(sub: string): string {
  const iat = Math.floor(Date.now() / 1000)
  return `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded({ sub, iat, exp: iat + 86_400 })}.`
}

/** Writes tokens of the hundred users into a file, each of them different. */
export function writeTokens(path: string, count: number): void {
  const file = openSync(path, 'w')
  const step = 5000
  for (let start = 0; start < count; start += step) {
    const lines = Array.from({ length: Math.min(step, count - start) }, (_, at) =>
      tokenFor(`user${(start + at) % 100}`, 1_000_000 + start + at),
    )
    writeSync(file, `${lines.join('\n')}\n`)
  }
  closeSync(file)
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
