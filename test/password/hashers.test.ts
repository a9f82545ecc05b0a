import {
  Argon2idHasher,
  BcryptHasher,
  type Hasher,
  PasswordHash,
  PasswordRefusedError,
  PasswordTooLongError,
  Pbkdf2Hasher,
  ScryptHasher,
} from 'sallyport/password'
import { describe, expect, test } from 'vitest'

const cases: [name: string, hasher: Hasher, form: RegExp, weaker: string][] = [
  [
    'Argon2id',
    new Argon2idHasher(),
    /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/,
    '$argon2id$v=19$m=19455,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ],
  ['bcrypt', new BcryptHasher(), /^\$2b\$12\$[./A-Za-z0-9]{53}$/, `$2b$11$${'a'.repeat(21)}u${'a'.repeat(31)}`],
  [
    'bcrypt, pre-hashed',
    new BcryptHasher({ prehash: true }),
    /^\$bcrypt-sha256\$v=2,t=2b,r=12\$[./A-Za-z0-9]{22}\$[./A-Za-z0-9]{31}$/,
    `$2b$12$${'a'.repeat(21)}u${'a'.repeat(31)}`,
  ],
  [
    'scrypt',
    new ScryptHasher(),
    /^\$scrypt\$ln=17,r=8,p=1\$[^$]{22}\$[^$]{43}$/,
    '$scrypt$ln=16,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ],
  [
    'PBKDF2',
    new Pbkdf2Hasher(),
    /^\$pbkdf2-sha256\$600000\$[./A-Za-z0-9]{22}\$[./A-Za-z0-9]{43}$/,
    '$pbkdf2-sha256$599999$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ],
]

describe.each(cases)('%s', (_name, hasher, form, weaker) => {
  test('makes its form, salted, with the parameters of OWASP, and verifies it', async () => {
    const stored = await hasher.hash('sècret 🔐')
    expect(stored).toMatch(form)
    expect(hasher.identify(stored)).toBe(true)
    expect(await hasher.verify('sècret 🔐', stored)).toBe(true)
    expect(await hasher.verify('sècret 🔑', stored)).toBe(false)
    expect(await hasher.hash('sècret 🔐')).not.toBe(stored)
    expect(hasher.needsRehash(stored)).toBe(false)
    expect(hasher.needsRehash(weaker)).toBe(true)
  })
})

test('bcrypt never cuts a new password: over 72 bytes it refuses, or hashes first', async () => {
  const plain = new BcryptHasher({ cost: 10 })
  await expect(plain.hash('x'.repeat(73))).rejects.toThrow(PasswordTooLongError)
  await expect(plain.hash('é'.repeat(37))).rejects.toThrow('longer than 72 bytes')
  await expect(plain.hash('a\0b')).rejects.toThrow(PasswordRefusedError)
  const prehash = new BcryptHasher({ cost: 10, prehash: true })
  const long = 'x'.repeat(500)
  const stored = await prehash.hash(long)
  expect(await plain.verify(long, stored)).toBe(true)
  expect(await plain.verify(`${long}.`, stored)).toBe(false)
  expect(plain.needsRehash(stored)).toBe(false)
})

test('a login is not refused because the new hasher would not take the password', async () => {
  const old = await new PasswordHash([new BcryptHasher({ cost: 10, prehash: true })]).hash('x'.repeat(100))
  const passwordHash = new PasswordHash([new BcryptHasher({ cost: 11 })])
  expect(await passwordHash.verifyAndUpdate('x'.repeat(100), old)).toEqual([true, undefined])
})

test('a pepper goes well with every hasher', async () => {
  const pepper = [{ id: 'a', secret: new Uint8Array(32).fill(7) }]
  for (const hasher of [new Argon2idHasher(), new BcryptHasher({ cost: 10 })]) {
    const passwordHash = new PasswordHash([hasher], { pepper })
    const stored = await passwordHash.hash('x'.repeat(500))
    expect(await passwordHash.verify('x'.repeat(500), stored)).toBe(true)
    expect(await passwordHash.verify('x'.repeat(499), stored)).toBe(false)
  }
})

test('each engine of Argon2 reads what the other makes', async () => {
  const engines = [new Argon2idHasher({ engine: 'node:crypto' }), new Argon2idHasher({ engine: '@node-rs/argon2' })]
  for (const maker of engines) {
    const stored = await maker.hash('secret')
    for (const verifier of engines) {
      expect(await verifier.verify('secret', stored)).toBe(true)
      expect(await verifier.verify('Secret', stored)).toBe(false)
    }
  }
})

test('an engine that is not there says what to do', async () => {
  const bun = new Argon2idHasher({ engine: 'Bun.password' })
  await expect(bun.hash('secret')).rejects.toMatchObject({ code: 'ERR_PASSWORD_HASHER_UNAVAILABLE' })
  await expect(bun.hash('secret')).rejects.toThrow(/leave the engine option out/)
})

test('weaker than OWASP allows, over its own limits or misspelt throws when declared', () => {
  const refused: [() => unknown, RegExp][] = [
    [() => new Argon2idHasher({ memory: 19_455 }), /^memory must be at least 19456 KiB with passes 2/],
    [() => new Argon2idHasher({ memory: 19_456, passes: 1 }), /^memory must be at least 47104/],
    [() => new Argon2idHasher({ memory: 2 ** 20 }), /^memory must be an integer from 8 to 262144/],
    [() => new Argon2idHasher({ tagLength: 8 }), /^tagLength must be/],
    [() => new Argon2idHasher({ saltLength: 8 }), /^saltLength must be/],
    [() => new Argon2idHasher({ memoryCost: 65_536 } as object), /unknown option memoryCost/],
    [() => new Argon2idHasher({ engine: 'wasm' as 'node:crypto' }), /^engine must be one of/],
    [() => new Argon2idHasher({ limits: { memory: 1 } as object }), /^limits.memory is not a known limit/],
    [() => new Argon2idHasher({ limits: { argon2Passes: 0 } }), /^limits.argon2Passes must be/],
    [() => new BcryptHasher({ cost: 9 }), /^cost must be an integer from 10 to 15/],
    [() => new BcryptHasher({ rounds: 12 } as object), /unknown option rounds/],
    [() => new ScryptHasher({ cost: 2 ** 16 }), /^parallelization must be an integer from 2/],
    [() => new ScryptHasher({ cost: 2 ** 12 }), /^cost must be at least 8192/],
    [() => new ScryptHasher({ cost: 100_000 }), /^cost must be a power of two/],
    [() => new ScryptHasher({ cost: 2 ** 20 }), /more memory than limits.scryptMemory/],
    [() => new Pbkdf2Hasher({ iterations: 599_999 }), /^iterations must be an integer from 600000/],
    [() => new Pbkdf2Hasher({ digest: 'sha1' as 'sha256' }), /^digest must be/],
  ]
  for (const [make, message] of refused) {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  }
  expect(() => new Argon2idHasher({ memory: 7168, passes: 5 })).not.toThrow()
  expect(() => new ScryptHasher({ cost: 2 ** 13, parallelization: 10 })).not.toThrow()
})
