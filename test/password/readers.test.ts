import { readFileSync } from 'node:fs'
import {
  Argon2idHasher,
  AspNetIdentityReader,
  BcryptHasher,
  DjangoReader,
  FirebaseScryptReader,
  firebaseStored,
  type HashReader,
  HashTooCostlyError,
  MalformedHashError,
  PasslibReader,
  PasswordHash,
  Pbkdf2Hasher,
  ScryptHasher,
  SpringReader,
  UnknownHashError,
  WerkzeugReader,
} from 'sallyport/password'
import { describe, expect, test } from 'vitest'

interface Vector {
  readonly password: string
  readonly stored: string
}

const firebase = {
  signerKey: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
  saltSeparator: 'Bw==',
  rounds: 8,
  memoryCost: 14,
}
const readers: ReadonlyMap<string, HashReader> = new Map<string, HashReader>([
  ['argon2', new Argon2idHasher()],
  ['bcrypt', new BcryptHasher()],
  ['scrypt', new ScryptHasher()],
  ['django', new DjangoReader()],
  ['werkzeug', new WerkzeugReader()],
  ['passlib', new PasslibReader()],
  ['spring', new SpringReader()],
  ['firebase', new FirebaseScryptReader(firebase)],
  ['aspnet', new AspNetIdentityReader()],
])

function read<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`../vectors/password/${name}`, import.meta.url), 'utf8')) as Content
}

/** Those that do not verify, so that a failure shows them all. */
async function wrong(reader: string, vectors: readonly Vector[]): Promise<Vector[]> {
  const only = new PasswordHash([new Argon2idHasher(), readers.get(reader) as HashReader], { queue: 1000 })
  const results = await Promise.all(vectors.map(({ password, stored }) => only.verify(password, stored)))
  return vectors.filter((_, index) => !results[index])
}

interface Published {
  readonly source: string
  readonly reader: string
  readonly cases: readonly Vector[]
}

describe('published vectors', () => {
  test.each(read<Published[]>('published.json'))('$source', async ({ reader, cases }) => {
    expect(await wrong(reader, cases)).toEqual([])
    const { password, stored } = cases[0] as Vector
    expect(await wrong(reader, [{ password: `${password}.`, stored }])).toHaveLength(1)
  })
})

interface Made extends Vector {
  readonly reader: string
  readonly made: string
}

describe('hashes made by the systems themselves (scripts/vectors-password.ts)', () => {
  const groups = Map.groupBy(read<Made[]>('made.json'), ({ reader, made }) => `${made} read by ${reader}`)
  test.each([...groups.keys()])('%s', async (name) => {
    const cases = groups.get(name) as Made[]
    expect(await wrong((cases[0] as Made).reader, cases)).toEqual([])
  })
})

test('bcrypt as others use it: the first 72 bytes count, and a NUL is no end', async () => {
  const bcrypt = new PasswordHash([new BcryptHasher()])
  // PHP: password_hash(str_repeat('x', 71) . 'yz tail', PASSWORD_BCRYPT) cut it after the y.
  const [long] = read<Made[]>('made.json').filter(
    ({ reader, made, password }) => reader === 'bcrypt' && made.startsWith('PHP') && password.length > 72,
  ) as [Made]
  expect(await bcrypt.verify(long.password, long.stored)).toBe(true)
  expect(await bcrypt.verify(long.password.slice(0, 72), long.stored)).toBe(true)
  expect(await bcrypt.verify(long.password.slice(0, 71), long.stored)).toBe(false)
  const stored = await bcrypt.hash('a')
  expect(await bcrypt.verify('a\0a', stored)).toBe(false)
})

test('bcrypt salts with bits beyond the 128th verify, as they do elsewhere', async () => {
  const published = read<Published[]>('published.json').find(({ source }) => source.startsWith('crypt_blowfish'))
  const { stored, password } = (published as Published).cases[0] as Vector
  const dirty = `${stored.slice(0, 28)}F${stored.slice(29)}`
  expect(stored[28]).toBe('.')
  expect(await new BcryptHasher().verify(password, dirty)).toBe(true)
})

test('firebaseStored makes one string of what an export has apart, in either base64', async () => {
  const reader = new FirebaseScryptReader(firebase)
  const passwordHash = 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=='
  const stored = firebaseStored({ passwordHash, salt: '42xEC+ixf3L2lw==' })
  const fromSdk = {
    passwordHash: passwordHash.replaceAll('/', '_').replaceAll('+', '-'),
    passwordSalt: '42xEC-ixf3L2lw==',
  }
  expect(firebaseStored(fromSdk)).toBe(stored)
  expect(await reader.verify('user1password', stored)).toBe(true)
  expect(await reader.verify('user2password', stored)).toBe(false)
  const other = new FirebaseScryptReader({ ...firebase, rounds: 4 })
  expect(await other.verify('user1password', stored)).toBe(false)
  expect(() => firebaseStored({ passwordHash: 'not base64!', salt: '' })).toThrow(TypeError)
  expect(() => new FirebaseScryptReader({ ...firebase, signerKey: '' })).toThrow(/^signerKey must be base64/)
  expect(() => new FirebaseScryptReader({ ...firebase, memoryCost: 15 })).toThrow(/^memoryCost must be/)
})

const hex = (length: number): string => 'ab'.repeat(length)
const base64 = (length: number): string => Buffer.alloc(length, 1).toString('base64')

describe('a stored string that breaks the rules of its form is refused', () => {
  const broken: Record<string, string[]> = {
    argon2: [
      '$argon2id$',
      '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ',
      '$argon2id$v=18$m=19456,t=2,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG',
      '$argon2id$v=19$m=019456,t=2,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG',
      '$argon2id$v=19$m=19456,p=1,t=2$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG',
      '$argon2id$v=19$m=19456,t=0,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG',
      '$argon2id$v=19$m=7,t=1,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG',
      // A tag of one byte would match one password in 256.
      '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$Rd',
      // The last characters carry bits that the bytes do not have.
      '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHR$RdescudvJCsgt3ub+b5dWRWJTmaaJObG',
      '$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAA$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG',
      '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG\n',
    ],
    bcrypt: [
      '$2b$12$',
      '$2b$12$short',
      `$2b$03$${'a'.repeat(53)}`,
      `$2b$32$${'a'.repeat(53)}`,
      `$2b$12$${'a'.repeat(52)}!`,
      `$2b$12$${'a'.repeat(54)}`,
      `$bcrypt-sha256$v=3,t=2b,r=12$${'a'.repeat(22)}$${'a'.repeat(31)}`,
      `$bcrypt-sha256$v=2,t=2b,r=04$${'a'.repeat(21)}u$${'a'.repeat(31)}`,
    ],
    scrypt: [
      '$scrypt$ln=10',
      '$scrypt$ln=0,r=8,p=1$c2FsdA$RdescudvJCsgt3ub+b5dWRWJTmaaJObG',
      '$scrypt$ln=10,r=0,p=1$c2FsdA$RdescudvJCsgt3ub+b5dWRWJTmaaJObG',
      '$scrypt$ln=10,r=8,p=1$c2FsdA$Rdes',
    ],
    django: [
      'pbkdf2_sha256$',
      `pbkdf2_sha256$0$salt$${base64(32)}`,
      `pbkdf2_sha256$1e3$salt$${base64(32)}`,
      `pbkdf2_sha256$1000$$${base64(32)}`,
      `pbkdf2_sha256$1000$salt$${base64(4)}`,
      `pbkdf2_sha256$1000$salt$${base64(32)}=`,
      `scrypt$1000$salt$8$1$${base64(64)}`,
      'argon2$md5$x',
      'bcrypt_sha256$plain',
    ],
    werkzeug: [
      `pbkdf2:md5:1000$salt$${hex(16)}`,
      `pbkdf2:sha256$salt$${hex(32)}`,
      `pbkdf2:sha256:1000$salt$${hex(32)}a`,
      `pbkdf2:sha999:1000$salt$${hex(32)}`,
      `scrypt:32767:8:1$salt$${hex(64)}`,
      `scrypt:32768:8$salt$${hex(64)}`,
    ],
    passlib: [
      '$pbkdf2-sha256$1000$c2FsdA$c2FsdA',
      `$pbkdf2$1000$c2FsdA$${base64(32).replace(/=+$/, '')}`,
      `{PBKDF2-SHA256}0$c2FsdA$${base64(32).replace(/=+$/, '')}`,
      '$5$rounds=999$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
      '$5$seventeencharacter$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
      `grub.pbkdf2.sha512.1000.AB.${hex(64)}`,
      '$bcrypt-sha256$2b,12$short$short',
    ],
    spring: ['{bcrypt}plain', '{pbkdf2}abcd', `{pbkdf2}${hex(39)}`, '{scrypt}$e0801$x', '{argon2}x', '{sha256}zz'],
    firebase: ['$firebase-scrypt$', '$firebase-scrypt$42xEC+ixf3L2lw==$AAAA', `$firebase-scrypt$*$${base64(64)}`],
    aspnet: [
      // PasswordHasherTest.cs: too short. (Its answer there is "failed".)
      'AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4A=',
      'AQAAAAEAACcQ',
      // A salt that would begin within and end far beyond.
      Buffer.concat([Buffer.from('0100000001000003e8fffffff0', 'hex'), Buffer.alloc(64)]).toString('base64'),
      Buffer.concat([Buffer.from('01000000010000000000000010', 'hex'), Buffer.alloc(48)]).toString('base64'),
    ],
  }
  test.each(Object.entries(broken))('%s', async (name, strings) => {
    const reader = readers.get(name) as HashReader
    for (const stored of strings) {
      expect([stored, reader.identify(stored)]).toEqual([stored, true])
      const error = await reader.verify('hunter2', stored).catch((reason: unknown) => reason)
      expect([stored, error]).toEqual([stored, expect.any(MalformedHashError)])
      expect(String(error)).not.toContain('hunter2')
    }
  })
})

test('more than the limits allow is refused before it is computed', async () => {
  const costly: [HashReader, string][] = [
    [new Argon2idHasher(), '$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG'],
    [new Argon2idHasher(), '$argon2id$v=19$m=1024,t=4294967295,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG'],
    [new Argon2idHasher(), '$argon2id$v=19$m=2048,t=1,p=255$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG'],
    [new BcryptHasher(), `$2b$31$${'a'.repeat(21)}u${'a'.repeat(31)}`],
    [new ScryptHasher(), '$scrypt$ln=30,r=8,p=1$c2FsdA$RdescudvJCsgt3ub+b5dWRWJTmaaJObG'],
    [new ScryptHasher(), '$scrypt$ln=10,r=8,p=999$c2FsdA$RdescudvJCsgt3ub+b5dWRWJTmaaJObG'],
    [new DjangoReader(), `pbkdf2_sha256$9999999999$salt$${base64(32)}`],
    [new DjangoReader({ limits: { pbkdf2Iterations: 1000 } }), `pbkdf2_sha256$1001$salt$${base64(32)}`],
    [new WerkzeugReader(), `scrypt:1073741824:8:1$salt$${hex(64)}`],
    [new PasslibReader(), `$6$rounds=999999999$salt$${'a'.repeat(86)}`],
    [new SpringReader(), `{scrypt}$1e0801$${base64(16)}$${base64(32)}`],
    [new FirebaseScryptReader({ ...firebase, limits: { scryptMemory: 1024 } }), `$firebase-scrypt$AAAA$${base64(64)}`],
    [
      new AspNetIdentityReader(),
      Buffer.concat([Buffer.from('0100000001ffffffff00000010', 'hex'), Buffer.alloc(48)]).toString('base64'),
    ],
  ]
  for (const [reader, stored] of costly) {
    await expect(reader.verify('secret', stored), stored).rejects.toThrow(HashTooCostlyError)
  }
})

test('forms without a work factor, and the faulty $2x$, are not read', async () => {
  const all = PasswordHash.recommended({ readers: [...readers.values()] })
  for (const stored of [
    '{noop}secret',
    '{MD5}5ebe2294ecd0e0f08eab7690d2a6ee69',
    'md5$salt$5ebe2294ecd0e0f08eab7690d2a6ee69',
    'sha1$salt$cff36ea83f5706ce9aa7454e63e431fc726b2dc8',
    'plain$$secret',
    '$1$saltstri$YMyguxXMBpd2TEZ.vS/3q1',
    '$apr1$saltstri$YMyguxXMBpd2TEZ.vS/3q1',
    '{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=',
    `$2x$05$${'a'.repeat(53)}`,
    'secret',
  ]) {
    await expect(all.verify('secret', stored), stored).rejects.toThrow(UnknownHashError)
  }
})

test('a login moves a user over', async () => {
  const moving = PasswordHash.recommended({ readers: [new DjangoReader()] })
  const stored = 'pbkdf2_sha256$1000$salt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c='
  expect(await moving.verifyAndUpdate('lètmein', stored)).toEqual([false, undefined])
  const [valid, updated] = await moving.verifyAndUpdate('lètmein', stored.replace('1000$salt', '390000$seasalt'))
  expect(valid).toBe(true)
  expect(updated).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('the hashers beside Argon2id read what passlib writes in their forms', async () => {
  for (const { stored, password } of read<Made[]>('made.json').filter(({ made }) => made.startsWith('passlib'))) {
    for (const hasher of [new Pbkdf2Hasher(), new ScryptHasher(), new BcryptHasher()]) {
      if (hasher.identify(stored)) expect(await hasher.verify(password, stored), stored).toBe(true)
    }
  }
})
