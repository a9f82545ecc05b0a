import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Key, KeySet } from 'sallyport/jwt'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keygen } from '../../src/cli/keygen.ts'

let folder: string
let out: string
let err: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-keygen-'))
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

test('a private JWK of ES256 by default, which signs', async () => {
  expect(await keygen([])).toBe(0)
  const key = await Key.fromJWK(JSON.parse(out))
  expect(key).toMatchObject({ algorithm: 'ES256', type: 'private', kid: key.thumbprint })
})

test.each(['HS256', 'HS384', 'HS512'] as const)('%s: a text that is long enough as it is', async (algorithm) => {
  expect(await keygen([algorithm])).toBe(0)
  expect(Key.fromSecret(out.trim(), algorithm).type).toBe('secret')
})

test('PEM and the size of an RSA key', async () => {
  expect(await keygen(['RS256', '--format', 'pem', '--bits', '2048'])).toBe(0)
  expect((await Key.fromPEM(out, { algorithm: 'RS256' })).type).toBe('private')
})

test('a file that only we can read, the public key printed, and never over another', async () => {
  const file = join(folder, 'keys.json')
  expect(await keygen(['EdDSA', '--format', 'jwks', '--kid', 'main', '--out', file])).toBe(0)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const whole = readFileSync(file, 'utf8')
  const keys = await KeySet.from(JSON.parse(whole))
  expect(keys.signingKey).toMatchObject({ algorithm: 'EdDSA', type: 'private', kid: 'main' })
  expect(JSON.parse(out)).toEqual(keys.jwks())
  expect(out).not.toContain('"d"')

  expect(await keygen(['EdDSA', '--out', file])).toBe(1)
  expect(err).toContain('it is there already')
  expect(readFileSync(file, 'utf8')).toBe(whole)
})

test.each([
  ['unknown algorithm none', ['none']],
  ['unknown format xml', ['--format', 'xml']],
  ['--bits is for RSA keys', ['ES256', '--bits', '2048']],
  ['--bits is 2048 to 16384', ['RS256', '--bits', '1024']],
  ['a secret is text', ['HS256', '--kid', 'a']],
  ['one algorithm only', ['ES256', 'RS256']],
  ["Unknown option '--loud'", ['--loud']],
])('%s', async (message, words) => {
  expect(await keygen(words)).toBe(2)
  expect(err).toContain(message)
  expect(out).toBe('')
})

test('--help', async () => {
  expect(await keygen(['--help'])).toBe(0)
  expect(out).toMatch(/^Usage: sallyport keygen/)
})
