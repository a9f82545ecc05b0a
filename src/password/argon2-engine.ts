import { Buffer } from 'node:buffer'
import crypto from 'node:crypto'
import { type Argon2Hash, type Argon2Parameters, formatArgon2 } from './argon2.ts'
import { sameBytes } from './binary-text.ts'
import { HasherUnavailableError } from './errors.ts'

/**
 * The names of the engines, in the order in which they are tried.
 *
 * The package comes first where it is installed: beside OpenSSL's Argon2 in `node:crypto` it takes less than half the time, and
 * gives its memory back, where OpenSSL's stays with each thread of the pool (bench/argon2.ts).
 *
 * @example
 * ```ts
 * import { type Argon2EngineName, Argon2idHasher } from 'sallyport/password'
 *
 * const engine: Argon2EngineName = 'node:crypto'
 * const hasher = new Argon2idHasher({ engine })
 * ```
 */
export type Argon2EngineName = '@node-rs/argon2' | 'node:crypto' | 'Bun.password'

/** Something that computes Argon2 off the event loop. */
export interface Argon2Engine {
  /** Makes a PHC string; an engine may choose salt and tag length itself where it cannot be told. */
  hash(password: string, parameters: Argon2Parameters): Promise<string>
  verify(password: string, stored: Argon2Hash): Promise<boolean>
}

interface EngineRow {
  readonly name: Argon2EngineName
  /** Whether the engine can do it at all; `fresh` asks for a new hash rather than a verification. */
  readonly supports: (parameters: Argon2Parameters, fresh: boolean) => boolean
  readonly load: () => Promise<Argon2Engine | undefined>
}

interface BunPassword {
  hash(
    password: string,
    options: { algorithm: 'argon2id' | 'argon2i' | 'argon2d'; memoryCost: number; timeCost: number },
  ): Promise<string>
  verify(password: string, encoded: string): Promise<boolean>
}

const engines: readonly EngineRow[] = [
  { name: '@node-rs/argon2', supports: () => true, load: () => (nodeRs ??= loadNodeRs()) },
  { name: 'node:crypto', supports: ({ version }) => version === 19, load: async () => nodeEngine() },
  // Bun.password has no parallelism option: new hashes have p=1. It verifies any.
  {
    name: 'Bun.password',
    supports: ({ version, parallelism }, fresh) => version === 19 && (!fresh || parallelism === 1),
    load: async () => bunEngine(),
  },
]
// Asked once: to look for a package that is not there takes longer than to remember it.
let nodeRs: Promise<Argon2Engine | undefined> | undefined

/** Loads the first engine that this runtime has for the parameters; a given name allows that one only. */
export async function argon2Engine(
  parameters: Argon2Parameters,
  fresh: boolean,
  name?: Argon2EngineName,
): Promise<Argon2Engine> {
  for (const row of engines) {
    if (name !== undefined && row.name !== name) continue
    if (!row.supports(parameters, fresh)) continue
    const engine = await row.load()
    if (engine) return engine
  }
  throw new HasherUnavailableError(
    `${parameters.variant} version ${parameters.version} with parallelism ${parameters.parallelism}`,
    name && name !== '@node-rs/argon2'
      ? `the engine ${name} cannot do it: leave the engine option out`
      : 'run: npm install @node-rs/argon2 (Deno: deno add npm:@node-rs/argon2), or use Node 24.7 or newer',
  )
}

function nodeEngine(): Argon2Engine | undefined {
  // Node has it since 24.7; other runtimes' node:crypto may not have it at all.
  const { argon2 } = crypto as Partial<typeof crypto>
  if (typeof argon2 !== 'function') return undefined
  return derivingEngine(
    (password, { variant, memory, passes, parallelism, salt, tagLength }) =>
      new Promise((resolve, reject) => {
        const message = Buffer.from(password, 'utf8')
        argon2(variant, { message, nonce: salt, memory, passes, parallelism, tagLength }, (error, tag) => {
          if (error) reject(error)
          else resolve(tag)
        })
      }),
  )
}

function bunEngine(): Argon2Engine | undefined {
  const { Bun: bun } = globalThis as { Bun?: { password?: BunPassword } }
  const engine = bun?.password
  if (!engine) return undefined
  return {
    hash: (password, { variant, memory, passes }) =>
      engine.hash(password, { algorithm: variant, memoryCost: memory, timeCost: passes }),
    verify: (password, { encoded }) => engine.verify(password, encoded),
  }
}

// The package's enums are const enums, which an isolated compiler cannot read.
const variantNumbers = { argon2d: 0, argon2i: 1, argon2id: 2 } as const
const versionNumbers = { 16: 0, 19: 1 } as const

async function loadNodeRs(): Promise<Argon2Engine | undefined> {
  // Missing, or without a binary for this machine: either way the remedy is to install it here.
  const loaded = await import('@node-rs/argon2').catch(() => undefined)
  if (!loaded) return undefined
  // Where a bundler makes an ES module of a CommonJS one, the names may only be on its default.
  const { hashRaw } = 'hashRaw' in loaded ? loaded : (loaded as { default: typeof loaded }).default
  return derivingEngine((password, parameters) =>
    hashRaw(password, {
      algorithm: variantNumbers[parameters.variant],
      version: versionNumbers[parameters.version],
      memoryCost: parameters.memory,
      timeCost: parameters.passes,
      parallelism: parameters.parallelism,
      salt: parameters.salt,
      outputLen: parameters.tagLength,
    }),
  )
}

function derivingEngine(derive: (password: string, parameters: Argon2Parameters) => Promise<Uint8Array>): Argon2Engine {
  return {
    hash: async (password, parameters) => formatArgon2(parameters, await derive(password, parameters)),
    verify: async (password, stored) => sameBytes(await derive(password, stored), stored.tag),
  }
}
