import crypto from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

type Password = typeof import('sallyport/password')

const { argon2 } = crypto
const runtime = globalThis as { Bun?: unknown }
const form = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/

// What was found is remembered, so each test loads the module anew.
beforeEach(() => {
  vi.resetModules()
})

afterEach(() => {
  crypto.argon2 = argon2
  delete runtime.Bun
  vi.doUnmock('@node-rs/argon2')
  vi.doUnmock('@node-rs/bcrypt')
})

/** Node before 24.7, and Deno. */
function withoutNode(): void {
  ;(crypto as { argon2?: unknown }).argon2 = undefined
}

function withoutPackage(name: string): void {
  vi.doMock(name, () => {
    throw new Error('no such package')
  })
}

async function load(): Promise<Password> {
  return import('sallyport/password')
}

test('where the package is installed it is used', async () => {
  crypto.argon2 = () => {
    throw new Error('not this one')
  }
  const { Argon2idHasher } = await load()
  const stored = await new Argon2idHasher().hash('secret')
  expect(stored).toMatch(form)
  expect(await new Argon2idHasher().verify('secret', stored)).toBe(true)
  expect(await new Argon2idHasher().verify('Secret', stored)).toBe(false)
})

test('without it, node:crypto is', async () => {
  withoutPackage('@node-rs/argon2')
  const spy = vi.spyOn(crypto, 'argon2')
  const { Argon2idHasher } = await load()
  const stored = await new Argon2idHasher().hash('secret')
  expect(stored).toMatch(form)
  expect(await new Argon2idHasher().verify('secret', stored)).toBe(true)
  expect(await new Argon2idHasher().verify('Secret', stored)).toBe(false)
  expect(spy).toHaveBeenCalledTimes(3)
  // OpenSSL has only the current version.
  const old = stored.replace('v=19', 'v=16')
  await expect(new Argon2idHasher().verify('secret', old)).rejects.toThrow(/version 16.*npm install @node-rs\/argon2/)
})

test('without either, the error says what to install', async () => {
  withoutNode()
  withoutPackage('@node-rs/argon2')
  const { Argon2idHasher, HasherUnavailableError } = await load()
  const error = await new Argon2idHasher().hash('secret').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(HasherUnavailableError)
  expect(String(error)).toBe(
    'HasherUnavailableError: argon2id version 19 with parallelism 1 cannot be computed in this runtime; run: npm install @node-rs/argon2 (Deno: deno add npm:@node-rs/argon2), or use Node 24.7 or newer',
  )
})

test('on Bun its own engine is used for what it can do', async () => {
  withoutNode()
  withoutPackage('@node-rs/argon2')
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
  const { Argon2idHasher, HasherUnavailableError } = await load()
  const stored = '$argon2id$v=19$m=19456,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG'
  expect(await new Argon2idHasher().hash('secret')).toBe('$argon2id$...')
  expect(await new Argon2idHasher().verify('secret', stored)).toBe(true)
  expect(asked).toEqual([
    ['hash', 'secret', { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 }],
    ['verify', 'secret', stored],
  ])
  // It has no option for parallelism, and no version from before 2016.
  await expect(new Argon2idHasher({ parallelism: 2 }).hash('secret')).rejects.toThrow(HasherUnavailableError)
  await expect(new Argon2idHasher().verify('secret', stored.replace('v=19', 'v=16'))).rejects.toThrow(
    HasherUnavailableError,
  )
  expect(asked).toHaveLength(2)
})

test('bcrypt without its package says what to install', async () => {
  withoutPackage('@node-rs/bcrypt')
  const { BcryptHasher, HasherUnavailableError } = await load()
  const error = await new BcryptHasher().hash('secret').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(HasherUnavailableError)
  expect(String(error)).toContain('npm install @node-rs/bcrypt')
})
