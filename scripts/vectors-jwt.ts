/**
 * Runs every vector of the jwt module: `node scripts/vectors-jwt.ts [mutations]`, a million by default.
 *
 * Wycheproof and the RFCs' examples, round trips with other implementations (Debian's are installed when we may), and
 * mutated tokens with `jose` as the judge. The last line is `N passed, 0 failed`.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { JWTSigner, JWTVerifier } from '../src/jwt/index.ts'
import {
  compare,
  editAndSign,
  mutate,
  newTally,
  random,
  SUBJECTS,
  type Subject,
  seeds,
  subjectFor,
  type Tally,
} from '../test/jwt/differential.ts'
import { accepts, type JWSCase, waiverOf, withGroupAlgorithm } from '../test/jwt/jws-case.ts'
import { exchangeFor, PEERS } from '../test/jwt/peers.ts'

let passed = 0
let failed = 0

function count(name: string, good: boolean): void {
  if (good) passed++
  else {
    failed++
    console.log(`FAILED ${name}`)
  }
}

async function publishedVectors(): Promise<void> {
  for (const name of ['wycheproof-jws.json', 'rfc-jws.json']) {
    const file = new URL(`../test/vectors/${name}`, import.meta.url)
    const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly JWSCase[] }
    let waived = 0
    for (const one of cases) {
      const waiver = waiverOf(one)
      if (waiver !== undefined) {
        waived++
        console.log(`waived ${one.id} ${one.comment ?? ''}: ${waiver}`)
      } else
        count(`${one.id} ${one.comment ?? ''}`, (await accepts(withGroupAlgorithm(one))) === (one.result === 'valid'))
    }
    console.log(`${name}: ${cases.length - waived} cases run, ${waived} waived`)
  }
}

async function roundTrips(): Promise<void> {
  const absent = PEERS.map(({ missing }) => missing()).filter((name) => name !== undefined)
  if (absent.length > 0 && process.getuid?.() === 0) {
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' })
    spawnSync('apt-get', ['install', '-y', '-qq', 'python3-cryptography', ...absent], { stdio: 'inherit' })
  }
  const claims = { sub: 'johndoe', scope: 'me items', name: 'Zoë 🛡', iat: 1_700_000_000, exp: 4_000_000_000 }
  for (const { name, algorithms, missing, exchange: ask } of PEERS) {
    const package_ = missing()
    if (package_ !== undefined) {
      console.log(`${name}: skipped, Debian's ${package_} is not installed and only root may install it`)
      continue
    }
    for (const algorithm of algorithms) {
      try {
        const { key, exchange } = await exchangeFor(algorithm, claims, (made) =>
          new JWTSigner({ key: made, expiresIn: '1h' }).sign(claims),
        )
        const answer = await ask(exchange)
        const read = await new JWTVerifier({ keys: key }).verify(answer.token)
        count(
          `${name} ${algorithm}: ours read there`,
          JSON.stringify(sorted(answer.claims)) === JSON.stringify(sorted(claims)),
        )
        count(`${name} ${algorithm}: theirs read here`, JSON.stringify(sorted(read)) === JSON.stringify(sorted(claims)))
      } catch (error) {
        count(`${name} ${algorithm}: ${String(error)}`, false)
      }
    }
    console.log(`${name}: ${algorithms.length} algorithms, both ways`)
  }
}

const sorted = (claims: object): object => Object.fromEntries(Object.entries(claims).sort())

/** Of a hundred mutated tokens: the slow curves get few, since each of their signatures costs milliseconds. */
const SHARES: ReadonlyMap<string, number> = new Map([
  ['HS256', 30],
  ['ES384', 1],
  ['ES512', 1],
])

async function mutations(total: number): Promise<void> {
  const sum = SUBJECTS.reduce((all, name) => all + (SHARES.get(name) ?? 6), 0)
  for (const algorithm of SUBJECTS) {
    const subject = await subjectFor(algorithm)
    const tokens = await seeds(subject)
    const tally = newTally()
    const next = random(7519)
    const wanted = Math.ceil((total * (SHARES.get(algorithm) ?? 6)) / sum)
    for (const token of tokens) await compare(subject, token, tally)
    // In batches, so that WebCrypto's thread pool is busy while we parse.
    for (let done = 0; done < wanted; done += 64) {
      const batch = Array.from({ length: Math.min(64, wanted - done) }, () =>
        compareMutated(subject, tokens, next, tally),
      )
      await Promise.all(batch)
    }
    const stricter = [...tally.stricter].map(([rule, times]) => `${rule} ${times}`).join(', ')
    const told = `both take ${tally.bothAccept}, both refuse ${tally.bothRefuse}; only we refuse: ${stricter}`
    console.log(`${algorithm}: ${wanted + tokens.length} tokens, ${told}`)
    passed += wanted + tokens.length - tally.failures.length
    for (const failure of tally.failures) count(failure, false)
  }
}

/** Half of them broken as tokens, half of them edited before signing; signing is cheap for HMAC only. */
async function compareMutated(
  subject: Subject,
  tokens: readonly string[],
  next: () => number,
  tally: Tally,
): Promise<void> {
  const token =
    next() < (subject.algorithm.startsWith('HS') ? 0.5 : 0.05)
      ? await editAndSign(subject, next)
      : mutate(tokens[Math.floor(next() * tokens.length)] as string, next)
  await compare(subject, token, tally)
}

await publishedVectors()
await roundTrips()
await mutations(Number(process.argv[2] ?? 1_000_000))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
