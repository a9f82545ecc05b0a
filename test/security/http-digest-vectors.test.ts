/** The examples of RFC 7616 §3.9 and RFC 2617 §3.5, with their own nonces, which only the credentials' reader and the hashes see. */
import { digestHA1, digestUserhash } from 'sallyport/security'
import { expect, test } from 'vitest'
import { ALGORITHMS, type AlgorithmRow, digestHex } from '../../src/security/digest-algorithm.ts'
import { readDigestCredentials } from '../../src/security/digest-credentials.ts'
import { responseOf } from '../../src/security/digest-verifier.ts'

const row = (name: string): AlgorithmRow => ALGORITHMS.get(name.toLowerCase()) as AlgorithmRow

const mufasa = (algorithm: string, response: string): string =>
  `username="Mufasa",
       realm="http-auth@example.org",
       uri="/dir/index.html",
       algorithm=${algorithm},
       nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
       nc=00000001,
       cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
       qop=auth,
       response="${response}",
       opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`.replace(/\s*\n\s*/g, ' ')

test.each([
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const)('RFC 7616 §3.9.1, %s', (algorithm, response) => {
  const realm = 'http-auth@example.org'
  const given = readDigestCredentials(mufasa(algorithm, response), {
    realm,
    opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
    algorithms: [row(algorithm)],
    qop: ['auth', 'auth-int'],
    userhash: false,
  })
  expect(given).toMatchObject({ username: 'Mufasa', userhash: false, qop: 'auth', count: 1, uri: '/dir/index.html' })
  if (given === undefined) return
  const key = digestHA1('Mufasa', realm, 'Circle of Life', algorithm)
  expect(responseOf(given, key, 'GET', undefined)).toBe(response)
  expect(given.response).toBe(response)
})

test.each([
  ['username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b", userhash=true', true],
  ["username*=UTF-8''J%C3%A4s%C3%B8n%20Doe", false],
])('RFC 7616 §3.9.2 as erratum 4897 corrects it: %s', (user, userhash) => {
  const realm = 'api@example.org'
  const text = `${user}, realm="api@example.org", uri="/doe.json", algorithm=SHA-512-256,
    nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", nc=00000001,
    cnonce="NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", qop=auth,
    response="3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5",
    opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS"`.replace(/\s*\n\s*/g, ' ')
  const given = readDigestCredentials(text, {
    realm,
    opaque: 'HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS',
    algorithms: [row('SHA-512-256')],
    qop: ['auth'],
    userhash: true,
  })
  if (given === undefined) throw new Error('it is refused')
  expect(given.userhash).toBe(userhash)
  expect(given.username).toBe(userhash ? digestUserhash('Jäsøn Doe', realm, 'SHA-512-256') : 'Jäsøn Doe')
  const key = digestHA1('Jäsøn Doe', realm, 'Secret, or not?', 'SHA-512-256')
  expect(responseOf(given, key, 'GET', undefined)).toBe(given.response)
})

test('RFC 2617 §3.5', () => {
  const text =
    'username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
  const given = readDigestCredentials(text, {
    realm: 'testrealm@host.com',
    opaque: '5ccc069c403ebaf9f0171e9517f40e41',
    algorithms: [row('MD5')],
    qop: ['auth'],
    userhash: false,
  })
  if (given === undefined) throw new Error('it is refused')
  expect(given.algorithm.name).toBe('MD5') // which it does not name
  const key = digestHA1('Mufasa', 'testrealm@host.com', 'Circle Of Life', 'MD5')
  expect(key).toBe('939e7578ed9e3c518a452acee763bce9')
  expect(responseOf(given, key, 'GET', undefined)).toBe('6629fae49393a05397450978507c4ef1')
})

test('a name and a password in two spellings of Unicode have one H(A1)', () => {
  expect(digestHA1('Jäsøn', 'r', 'é'.normalize('NFD'))).toBe(digestHA1('Jäsøn'.normalize('NFD'), 'r', 'é'))
  expect(digestUserhash('Jäsøn', 'r')).toBe(digestHex('SHA-256', 'Jäsøn:r'))
  expect(() => digestHA1('a:b', 'r', 'p')).toThrow(/without a colon/)
  expect(() => digestUserhash('a:b', 'r')).toThrow(/without a colon/)
})
