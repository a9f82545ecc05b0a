import {
  Argon2idHasher,
  type Hasher,
  HashTooCostlyError,
  MalformedHashError,
  PasswordHash,
  PasswordHashBusyError,
  PasswordRefusedError,
  PasswordTooLongError,
  UnknownHashError,
  UnknownPepperError,
} from 'sallyport/password'
import { expect, test } from 'vitest'

// FastAPI's tutorial: what pwdlib stored for "secret" and "secretalice".
const secretByPwdlib =
  '$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc'
const aliceByPwdlib =
  '$argon2id$v=19$m=65536,t=3,p=4$g2/AV1zwopqUntPKJavBFw$BwpRGDCyUHLvHICnwijyX8ROGoiUPwNKZ7915MeYfCE'

const passwordHash = PasswordHash.recommended()

/** A hasher without cost, which counts what it is asked and waits when told to. */
class ToyHasher implements Hasher {
  readonly verified: string[] = []
  readonly hashed: string[] = []
  readonly prefix: string
  gate: Promise<void> = Promise.resolve()

  constructor(prefix = 'toy:') {
    this.prefix = prefix
  }

  identify(stored: string): boolean {
    return stored.startsWith(this.prefix)
  }

  async hash(password: string): Promise<string> {
    this.hashed.push(password)
    await this.gate
    return this.prefix + password
  }

  async verify(password: string, stored: string): Promise<boolean> {
    this.verified.push(password)
    await this.gate
    return stored === this.prefix + password
  }

  needsRehash(stored: string): boolean {
    return stored.endsWith('old')
  }
}

test('recommended() makes Argon2id with the least parameters of OWASP and verifies it', async () => {
  const stored = await passwordHash.hash('secret')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await passwordHash.verify('secret', stored)).toBe(true)
  expect(await passwordHash.verify('Secret', stored)).toBe(false)
  expect(await passwordHash.hash('secret')).not.toBe(stored)
  expect(passwordHash.needsRehash(stored)).toBe(false)
  expect(await passwordHash.verifyAndUpdate('secret', stored)).toEqual([true, undefined])
})

test('it verifies what pwdlib stored, and does not make it cheaper', async () => {
  expect(await passwordHash.verify('secret', secretByPwdlib)).toBe(true)
  expect(await passwordHash.verifyAndUpdate('secretalice', aliceByPwdlib)).toEqual([true, undefined])
  expect(await passwordHash.verifyAndUpdate('secret', aliceByPwdlib)).toEqual([false, undefined])
})

test('a weaker hash is renewed, once the password is known to be right', async () => {
  const strong = new PasswordHash([new Argon2idHasher({ memory: 20_000, passes: 2 })])
  const stored = await passwordHash.hash('secret')
  expect(strong.needsRehash(stored)).toBe(true)
  expect(await strong.verifyAndUpdate('wrong', stored)).toEqual([false, undefined])
  const [valid, updated] = await strong.verifyAndUpdate('secret', stored)
  expect(valid).toBe(true)
  expect(updated).toMatch(/^\$argon2id\$v=19\$m=20000,t=2,p=1\$/)
  expect(await strong.verify('secret', updated ?? '')).toBe(true)
})

test('the first hasher hashes, all verify, and others are replaced', async () => {
  const first = new ToyHasher('one:')
  const both = new PasswordHash([first, new ToyHasher('two:')])
  expect(await both.hash('x')).toBe('one:x')
  expect(await both.verify('x', 'two:x')).toBe(true)
  expect(await both.verifyAndUpdate('x', 'two:x')).toEqual([true, 'one:x'])
  expect(both.needsRehash('two:x')).toBe(true)
  expect(both.needsRehash('one:x')).toBe(false)
  expect(await both.verifyAndUpdate('old', 'one:old')).toEqual([true, 'one:old'])
})

test('a stored string that nobody knows, that is broken or that is too costly is an error, without a word of it', async () => {
  const unknown = 'plain-text-of-somebody'
  const cut = secretByPwdlib.slice(0, -5)
  const costly = secretByPwdlib.replace('m=65536', 'm=999999999')
  for (const [stored, Wrong] of [
    [unknown, UnknownHashError],
    [cut, MalformedHashError],
    [costly, HashTooCostlyError],
  ] as const) {
    const error = await passwordHash.verify('hunter2', stored).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Wrong)
    expect(() => passwordHash.needsRehash(stored)).toThrow(Wrong)
    expect(String(error)).not.toContain('hunter2')
    expect(String(error)).not.toContain(stored.slice(-20))
  }
})

test('markers of an unusable password match nothing', async () => {
  for (const stored of ['', '!', '!Xk2PqRstUv', '*', '*LK*']) expect(await passwordHash.verify('!', stored)).toBe(false)
})

test('passwords over the limit are refused before hashing', async () => {
  const toy = new ToyHasher()
  const short = new PasswordHash([toy], { maxLength: 64 })
  expect(await short.hash('é'.repeat(64))).toBe(`toy:${'é'.repeat(64)}`)
  const error = await short.hash('x'.repeat(65)).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(PasswordTooLongError)
  expect(error).toMatchObject({ status: 422, limit: 64, code: 'ERR_PASSWORD_TOO_LONG' })
  expect(toy.hashed).toHaveLength(1)
  expect(await short.verify('x'.repeat(65), `toy:${'x'.repeat(65)}`)).toBe(false)
  expect(toy.verified).toHaveLength(0)
})

test('NIST SP 800-63B-4 §3.1.1.2: NFC before hashing, and hashes of the typed spelling are found and renewed', async () => {
  const composed = 'caf\u00e9'
  const typed = 'cafe\u0301'
  const toy = new PasswordHash([new ToyHasher()])
  expect(await toy.hash(typed)).toBe(`toy:${composed}`)
  expect(await toy.verify(typed, `toy:${composed}`)).toBe(true)
  expect(await toy.verify(composed, `toy:${composed}`)).toBe(true)
  expect(await toy.verifyAndUpdate(typed, `toy:${typed}`)).toEqual([true, `toy:${composed}`])
  // Not the compatibility forms of the edition before: the ligature is not the letters.
  expect(await toy.verify('\ufb01ne', 'toy:fine')).toBe(false)
})

test('UAX #15 §12.1: what cannot be normalised for ever is refused', async () => {
  for (const password of ['', '\ud800', 'a\udc00b', '\u0378', '\uffff']) {
    await expect(passwordHash.hash(password)).rejects.toThrow(PasswordRefusedError)
  }
  const toy = new ToyHasher()
  const hash = new PasswordHash([toy])
  expect(await hash.verify('', 'toy:')).toBe(false)
  expect(await hash.verify('\ud800', 'toy:\ud800')).toBe(false)
  expect(toy.verified).toHaveLength(0)
  // A login is not refused for it, but the hash is not renewed.
  expect(await hash.verifyAndUpdate('\u0378old', 'toy:\u0378old')).toEqual([true, undefined])
})

test('a pepper is needed to verify, marks the hash with its id, and is rotated', async () => {
  const secret = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
  const toy = new ToyHasher()
  const plain = new PasswordHash([toy])
  const first = new PasswordHash([toy], { pepper: [{ id: 'a', secret: secret(1) }] })
  const second = new PasswordHash([toy], {
    pepper: [
      { id: 'b', secret: secret(2) },
      { id: 'a', secret: secret(1) },
    ],
  })
  const stored = await first.hash('secret')
  expect(stored).toMatch(/^\{pepper:a\}toy:[A-Za-z0-9+/]{43}$/)
  expect(await first.verify('secret', stored)).toBe(true)
  expect(await first.verify('wrong', stored)).toBe(false)
  expect(first.needsRehash(stored)).toBe(false)
  await expect(plain.verify('secret', stored)).rejects.toThrow(UnknownPepperError)
  const [valid, updated] = await second.verifyAndUpdate('secret', stored)
  expect([valid, updated?.slice(0, 14)]).toEqual([true, '{pepper:b}toy:'])
  expect(updated?.slice(14)).not.toBe(stored.slice(14))
  // What was stored before there was a pepper is verified without one, and renewed with one.
  expect(await first.verifyAndUpdate('secret', 'toy:secret')).toEqual([true, stored])
})

test('what runs and waits is bounded; the next is told when to come again', async () => {
  const toy = new ToyHasher()
  let open = (): void => {}
  toy.gate = new Promise((resolve) => {
    open = resolve
  })
  const bounded = new PasswordHash([toy], { concurrency: 2, queue: 1, retryAfter: 3 })
  const running = [bounded.hash('a'), bounded.hash('b')]
  const waiting = bounded.verify('c', 'toy:c')
  const error = await bounded.hash('d').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(PasswordHashBusyError)
  expect(error).toMatchObject({ status: 503, retryAfter: 3, headers: { 'retry-after': '3' } })
  expect(bounded.load).toEqual({ running: 2, waiting: 1 })
  expect(toy.verified).toHaveLength(0)
  open()
  expect(await Promise.all([...running, waiting])).toEqual(['toy:a', 'toy:b', true])
  expect(bounded.load).toEqual({ running: 0, waiting: 0 })
})

test('whoever gives up leaves the queue', async () => {
  const toy = new ToyHasher()
  let open = (): void => {}
  toy.gate = new Promise((resolve) => {
    open = resolve
  })
  const bounded = new PasswordHash([toy], { concurrency: 1, queue: 1 })
  const running = bounded.hash('a')
  const controller = new AbortController()
  const gone = bounded.hash('b', { signal: controller.signal })
  controller.abort(new Error('gone'))
  await expect(gone).rejects.toThrow('gone')
  const next = bounded.hash('c')
  open()
  expect(await Promise.all([running, next])).toEqual(['toy:a', 'toy:c'])
  expect(toy.hashed).toEqual(['a', 'c'])
  await expect(bounded.hash('d', { signal: AbortSignal.abort(new Error('late')) })).rejects.toThrow('late')
})

test('options that cannot be meant throw when declared, and are named', () => {
  const toy = new ToyHasher()
  expect(() => new PasswordHash([] as unknown as [Hasher])).toThrow(/first member can hash/)
  expect(() => new PasswordHash([toy], { maxLength: 32 })).toThrow(/^maxLength must be/)
  expect(() => new PasswordHash([toy], { concurrency: 0 })).toThrow(/^concurrency must be/)
  expect(() => new PasswordHash([toy], { queue: -1 })).toThrow(/^queue must be/)
  expect(() => new PasswordHash([toy], { retryAfter: 0.5 })).toThrow(/^retryAfter must be/)
  expect(() => new PasswordHash([toy], { maxlength: 64 } as object)).toThrow(/unknown option maxlength/)
  expect(() => new PasswordHash([toy], { pepper: [{ id: 'a b', secret: new Uint8Array(32) }] })).toThrow(/pepper: id/)
  expect(() => new PasswordHash([toy], { pepper: [{ id: 'a', secret: 'short' }] })).toThrow(/at least 32 bytes/)
  const pepper = { id: 'a', secret: new Uint8Array(32) }
  expect(() => new PasswordHash([toy], { pepper: [pepper, pepper] })).toThrow(/two secrets/)
})

test('a password that is no string is a mistake of the program', async () => {
  await expect(passwordHash.verify(undefined as unknown as string, secretByPwdlib)).rejects.toThrow(TypeError)
})
