import { HTTPDigest } from 'sallyport/security'
import { expect, test } from 'vitest'
import { authorize, unauthorized } from './requests.ts'

test('right, none, another auth-scheme, nothing after it, optional', () => {
  const digest = new HTTPDigest()
  expect(digest.model).toEqual({ type: 'http', scheme: 'digest' })
  // RFC 7616 section 3.9.1, shortened
  const credentials = 'username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=MD5'
  expect(authorize(digest, `Digest ${credentials}`)).toEqual({ scheme: 'Digest', credentials })
  expect(authorize(digest, 'digest a')).toEqual({ scheme: 'digest', credentials: 'a' })
  expect(authorize(digest)).toEqual(unauthorized('Digest', 'absent'))
  expect(authorize(digest, 'Other x')).toEqual(unauthorized('Digest', 'absent'))
  expect(authorize(digest, 'Digest')).toEqual(unauthorized('Digest', 'broken'))
  const optional = new HTTPDigest({ autoError: false })
  expect(authorize(optional)).toBe(undefined)
  expect(authorize(optional, 'Digest ')).toEqual(unauthorized('Digest', 'broken'))
})

test('an unknown option is refused', () => {
  expect(() => new HTTPDigest({ realm: 'x' } as never)).toThrow(/HTTPDigest has no option realm/)
})
