import crypto from 'node:crypto'
import { Argon2idHasher, BcryptHasher, HasherUnavailableError } from 'sallyport/password'
import { afterEach, expect, test, vi } from 'vitest'

const { argon2 } = crypto
const runtime = globalThis as { Bun?: unknown }

afterEach(() => {
  crypto.argon2 = argon2
  delete runtime.Bun
  vi.doUnmock('@node-rs/argon2')
  vi.doUnmock('@node-rs/bcrypt')
})

/** Node before 24.7, and Deno. */
function withoutNodeEngine(): void {
  ;(crypto as { argon2?: unknown }).argon2 = undefined
}

test('without argon2 in node:crypto the package is used', async () => {
  withoutNodeEngine()
  const hasher = new Argon2idHasher()
  const stored = await hasher.hash('secret')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await hasher.verify('secret', stored)).toBe(true)
  expect(await hasher.verify('Secret', stored)).toBe(false)
})

test('without either, the error says what to install', async () => {
  withoutNodeEngine()
  vi.doMock('@node-rs/argon2', () => {
    throw new Error('no such package')
  })
  const error = await new Argon2idHasher().hash('secret').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(HasherUnavailableError)
  expect(String(error)).toContain('npm install @node-rs/argon2')
})

test('on Bun its own engine is used, but for what it cannot do', async () => {
  withoutNodeEngine()
  const asked: unknown[] = []
  runtime.Bun = {
    password: {
      hash: async (...call: unknown[]) => {
        asked.push(['hash', ...call])
        return '$argon2id$...'
      },
      verify: async (...call: unknown[]) => {
        asked.push(['verify', ...call])
        return true
      },
    },
  }
  const stored = '$argon2id$v=19$m=19456,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG'
  expect(await new Argon2idHasher().hash('secret')).toBe('$argon2id$...')
  expect(await new Argon2idHasher().verify('secret', stored)).toBe(true)
  expect(asked).toEqual([
    ['hash', 'secret', { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 }],
    ['verify', 'secret', stored],
  ])
  // It has no option for parallelism, and no version from before 2016.
  expect(await new Argon2idHasher({ parallelism: 2 }).hash('secret')).toMatch(/,p=2\$/)
  expect(await new Argon2idHasher().verify('secret', stored.replace('v=19', 'v=16'))).toBe(false)
  expect(asked).toHaveLength(2)
})

test('bcrypt without its package says what to install', async () => {
  vi.doMock('@node-rs/bcrypt', () => {
    throw new Error('no such package')
  })
  const error = await new BcryptHasher().hash('secret').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(HasherUnavailableError)
  expect(String(error)).toContain('npm install @node-rs/bcrypt')
})
