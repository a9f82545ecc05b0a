/**
 * Verifying tokens, cold and warm, beside jose, jsonwebtoken and fast-jwt (the engine of @fastify/jwt).
 *
 *     node bench/jwt.ts
 *
 * All check signature, algorithm, exp, issuer and audience. Cold: every token is verified, none is remembered. Warm: the
 * token was verified before; its text is made anew from bytes each time, as a server has it, and that is part of the time.
 * The peers take turns in rounds of about two milliseconds, and the fastest tenth of the rounds counts: on a machine that
 * does other things too, those are the rounds that nothing interrupted. The ratios are what to read: the nanoseconds are
 * those of one machine on one day.
 */
import { createVerifier } from 'fast-jwt'
import { importJWK, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { nodeEngine, webEngine } from '../src/jwt/engine.ts'
import { type AlgorithmName, JWTSigner, JWTVerifier, Key } from '../src/jwt/index.ts'

const ISSUER = 'https://accounts.example'
const AUDIENCE = 'https://api.example'
const TOKENS = 256
const ROUNDS = 300
const ROUND_MS = 2
const WARM_TOKENS = 5000

interface Contestant {
  readonly name: string
  readonly run: (count: number) => Promise<void> | void
}

interface Result {
  readonly name: string
  readonly nanoseconds: number
}

async function measure(contestants: readonly Contestant[]): Promise<Result[]> {
  const batches = new Map<string, number>()
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]))
  for (const { name, run } of contestants) {
    // Warm the JIT, and find how many fit into a round when nothing interrupts.
    await run(4000)
    let best = Number.POSITIVE_INFINITY
    for (let turn = 0; turn < 10; turn++) {
      const start = performance.now()
      await run(100)
      best = Math.min(best, (performance.now() - start) / 100)
    }
    const count = Math.max(1, Math.round(ROUND_MS / best))
    batches.set(name, count)
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, run } of contestants) {
      const count = batches.get(name) as number
      const start = process.hrtime.bigint()
      await run(count)
      times.get(name)?.push(Number(process.hrtime.bigint() - start) / count)
    }
  }
  return contestants.map(({ name }) => ({ name, nanoseconds: fastestTenth(times.get(name) as number[]) }))
}

function fastestTenth(numbers: number[]): number {
  numbers.sort((one, other) => one - other)
  return numbers[Math.floor(numbers.length / 10)] as number
}

function print(title: string, results: readonly Result[]): void {
  const ours = results[0]?.nanoseconds as number
  console.log(`\n### ${title}\n\n| | ns a token | ratio to sallyport |\n| --- | ---: | ---: |`)
  for (const { name, nanoseconds } of results) {
    console.log(`| ${name} | ${Math.round(nanoseconds).toLocaleString('en')} | ${(nanoseconds / ours).toFixed(2)} |`)
  }
}

async function bench(algorithm: 'HS256' | 'RS256' | 'ES256' | 'EdDSA'): Promise<void> {
  const secret = 'a secret of sixty-four characters for HS256, HS384 and HS512 too'
  const hmac = algorithm === 'HS256'
  const key = hmac ? Key.fromSecret(secret, 'HS256') : await Key.generate(algorithm, { modulusLength: 2048 })
  const signer = new JWTSigner({ key, issuer: ISSUER, audience: AUDIENCE, expiresIn: '30m' })
  const tokens = await Promise.all(
    Array.from({ length: TOKENS }, (_, id) => signer.sign({ sub: `user-${id}`, scope: 'me items' })),
  )
  const pem = hmac ? secret : await key.toPEM()
  const open = hmac ? { kty: 'oct', k: Buffer.from(secret).toString('base64url') } : key.toJWK()
  const both = { issuer: ISSUER, audience: AUDIENCE }

  const cold = new JWTVerifier({ keys: key, cache: false, ...both })
  const joseKey = await importJWK(open, algorithm)
  const joseOptions = { algorithms: [algorithm], ...both }
  const fastOptions = { key: pem, algorithms: [algorithm], allowedIss: ISSUER, allowedAud: AUDIENCE }
  const fast = createVerifier({ ...fastOptions, cache: false })

  const contestants: Contestant[] = [
    { name: 'sallyport', run: (count) => each(tokens, count, (token) => cold.check(token)) },
    {
      name: 'jose',
      run: async (count) => {
        for (let index = 0; index < count; index++)
          await jwtVerify(tokens[index % TOKENS] as string, joseKey, joseOptions)
      },
    },
    { name: 'fast-jwt', run: (count) => each(tokens, count, (token) => fast(token)) },
  ]
  if (algorithm !== 'EdDSA') {
    const options = { algorithms: [algorithm], ...both }
    contestants.push({
      name: 'jsonwebtoken',
      run: (count) => each(tokens, count, (token) => jsonwebtoken.verify(token, pem, options)),
    })
  }
  print(`${algorithm}, cold`, await measure(contestants))
  await benchWarm(algorithm, tokens, new JWTVerifier({ keys: key, ...both }), fastOptions, signer)
  await benchEngines(algorithm, key, tokens)
}

async function benchWarm(
  algorithm: AlgorithmName,
  tokens: readonly string[],
  warm: JWTVerifier,
  fastOptions: object,
  signer: JWTSigner,
): Promise<void> {
  const fast = createVerifier({ ...fastOptions, cache: true, cacheTTL: 1_800_000 } as never)
  const bytes = tokens.map((token) => Buffer.from(token, 'latin1'))
  for (const token of tokens) {
    await warm.verify(token)
    fast(token)
  }
  const text = (index: number): string => (bytes[index % TOKENS] as Buffer).toString('latin1')
  const made = (use: (token: string) => unknown) => (count: number) => {
    for (let index = 0; index < count; index++) use(text(index))
  }
  const contestants: Contestant[] = [
    { name: 'sallyport, cached()', run: made((token) => warm.cached(token)) },
    { name: 'sallyport, check()', run: made((token) => warm.check(token)) },
    { name: 'fast-jwt with its cache', run: made((token) => fast(token)) },
    { name: '(only making the text)', run: made((token) => token.length) },
  ]
  if (algorithm === 'HS256') {
    const many = await Promise.all(Array.from({ length: WARM_TOKENS }, (_, id) => signer.sign({ sub: `many-${id}` })))
    for (const token of many) await warm.verify(token)
    const manyBytes = many.map((token) => Buffer.from(token, 'latin1'))
    contestants.splice(2, 0, {
      name: `sallyport, cached(), ${WARM_TOKENS} tokens in turn`,
      run: (count) => {
        for (let index = 0; index < count; index++) {
          warm.cached((manyBytes[index % WARM_TOKENS] as Buffer).toString('latin1'))
        }
      },
    })
  }
  print(`${algorithm}, warm`, await measure(contestants))
}

/** What was chosen, against what it was chosen from: only the signature check, by node:crypto and by jose. */
async function benchEngines(algorithm: AlgorithmName, key: Key, tokens: readonly string[]): Promise<void> {
  const { findAlgorithm } = await import('../src/jwt/algorithms.ts')
  const row = findAlgorithm(algorithm)
  if (row === undefined) return
  const parts = tokens.map((token) => {
    const [header, payload, signature] = token.split('.') as [string, string, string]
    return { header, payload, signature, signingInput: `${header}.${payload}` }
  })
  const jwk = key.exportPrivateJWK()
  const engines = [nodeEngine(await import('node:crypto')), webEngine]
  const contestants: Contestant[] = []
  for (const engine of engines) {
    const handle = await engine.importKey(jwk, row)
    contestants.push({
      name: engine.name === 'WebCrypto' ? 'jose over WebCrypto' : engine.name,
      run: async (count) => {
        for (let index = 0; index < count; index++) {
          const valid = engine.verify(row, handle, parts[index % TOKENS] as (typeof parts)[0])
          if (!(typeof valid === 'boolean' ? valid : await valid)) throw new Error('not verified')
        }
      },
    })
  }
  print(`${algorithm}, the signature alone`, await measure(contestants))
}

function each(tokens: readonly string[], count: number, verify: (token: string) => unknown): void {
  for (let index = 0; index < count; index++) verify(tokens[index % TOKENS] as string)
}

const only = process.argv.slice(2)
console.log(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${process.platform} ${process.arch}`)
for (const algorithm of ['HS256', 'RS256', 'ES256', 'EdDSA'] as const) {
  if (only.length === 0 || only.includes(algorithm)) await bench(algorithm)
}
