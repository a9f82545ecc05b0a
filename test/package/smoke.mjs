// Uses the built package as its users get it, on whatever Node runs this. Plain JavaScript: the oldest Node that the
// package is for runs no TypeScript. scripts/check-package.ts unpacks the package beside a copy of this file.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { App, Query } from 'sallyport'
import { JWTSigner, JWTVerifier, Key } from 'sallyport/jwt'
import { serve } from 'sallyport/node'
import { PasswordHash } from 'sallyport/password'
import { HTTPBearer } from 'sallyport/security'

const { exports } = JSON.parse(readFileSync(new URL(import.meta.resolve('sallyport/package.json')), 'utf8'))
for (const subpath of Object.keys(exports)) {
  if (subpath === './package.json') continue
  const names = Object.keys(await import(`sallyport${subpath.slice(1)}`))
  assert.notEqual(names.length, 0, `sallyport${subpath.slice(1)} exports nothing`)
}

// Any Standard Schema will do; this one brings no library.
const upper = {
  '~standard': {
    version: 1,
    vendor: 'smoke',
    validate: (value) =>
      typeof value === 'string' ? { value: value.toUpperCase() } : { issues: [{ message: 'Not a string' }] },
    jsonSchema: { input: () => ({ type: 'string' }), output: () => ({ type: 'string' }) },
  },
}
const app = new App({ title: 'Smoke' })
const bearer = new HTTPBearer()
app.get('/who', { params: { credentials: bearer, q: Query(upper) } }, ({ credentials, q }) => ({
  scheme: credentials.scheme,
  q,
}))

const refused = await app.request('/who?q=a')
assert.equal(refused.status, 401)
assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer/)

const server = await serve(app, { port: 0 })
try {
  const url = new URL('/who?q=a', server.url)
  const answer = await fetch(url, { headers: { authorization: 'Bearer abc' } })
  assert.equal(answer.status, 200)
  assert.deepEqual(await answer.json(), { scheme: 'Bearer', q: 'A' })
  assert.equal((await fetch(url)).status, 401)
  const document = await (await fetch(new URL('/openapi.json', url))).json()
  assert.deepEqual(document.paths['/who'].get.security, [{ HTTPBearer: [] }])
  const page = await (await fetch(new URL('/docs', url))).text()
  for (const [, path] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.equal((await fetch(new URL(path, new URL('/docs', url)))).status, 200, `the docs page's ${path}`)
  }
} finally {
  await server.close()
}

const key = await Key.generate('HS256')
const options = { issuer: 'https://smoke.example', audience: 'smoke' }
const token = await new JWTSigner({ key, ...options, expiresIn: '5m' }).sign({ sub: 'me' })
assert.equal((await new JWTVerifier({ keys: key, algorithms: ['HS256'], ...options }).verify(token)).sub, 'me')

const passwords = PasswordHash.recommended()
const stored = await passwords.hash('secret')
assert.equal(await passwords.verify('secret', stored), true)
assert.equal(await passwords.verify('Secret', stored), false)

console.log(`The package works on Node ${process.versions.node}.`)
