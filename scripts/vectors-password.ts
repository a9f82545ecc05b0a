// Password hashes made by the systems that users move from, verified by us; and ours, verified by those systems.
//
//   node scripts/vectors-password.ts          fresh ones, both directions, and all the committed ones
//   node scripts/vectors-password.ts --write  and keeps the fresh ones as test/vectors/password/made.json

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  Argon2idHasher,
  AspNetIdentityReader,
  BcryptHasher,
  DjangoReader,
  FirebaseScryptReader,
  type Hasher,
  type HashReader,
  PasslibReader,
  PasswordHash,
  Pbkdf2Hasher,
  ScryptHasher,
  SpringReader,
  WerkzeugReader,
} from '../src/password/index.ts'

interface Made {
  readonly reader: string
  readonly made: string
  readonly form: string
  readonly password: string
  readonly stored: string
}

interface Published {
  readonly source: string
  readonly reader: string
  readonly cases: readonly { readonly password: string; readonly stored: string }[]
}

const vectors = fileURLToPath(new URL('../test/vectors/password/', import.meta.url))
const packages = [
  ...['python3-django', 'python3-werkzeug', 'python3-passlib', 'python3-argon2', 'python3-bcrypt'],
  ...['php-cli', 'apache2-utils', 'argon2', 'ruby-bcrypt'],
]
const passwords = ['secret', 'lètmein', '🔐 пароль', ` $:,{}'"\\`]

const readers: ReadonlyMap<string, HashReader> = new Map<string, HashReader>([
  ['argon2', new Argon2idHasher()],
  ['bcrypt', new BcryptHasher()],
  ['scrypt', new ScryptHasher()],
  ['django', new DjangoReader()],
  ['werkzeug', new WerkzeugReader()],
  ['passlib', new PasslibReader()],
  ['spring', new SpringReader()],
  [
    'firebase',
    new FirebaseScryptReader({
      signerKey: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
      saltSeparator: 'Bw==',
      rounds: 8,
      memoryCost: 14,
    }),
  ],
  ['aspnet', new AspNetIdentityReader()],
])
const everything = PasswordHash.recommended({ readers: [...readers.values()] })

let passed = 0
let failed = 0
let skipped = 0

for (const { source, reader, cases } of read<Published[]>('published.json')) {
  for (const { password, stored } of cases) await theirs(source, reader, password, stored)
}
if (existsSync(join(vectors, 'made.json'))) {
  for (const { made, form, reader, password, stored } of read<Made[]>('made.json')) {
    await theirs(`kept, ${made} ${form}`, reader, password, stored)
  }
}

const missing = install()
if (missing === undefined) {
  const fresh = make()
  for (const { made, form, reader, password, stored } of fresh)
    await theirs(`${made} ${form}`, reader, password, stored)
  await ours()
  if (process.argv.includes('--write')) writeFileSync(join(vectors, 'made.json'), lines(fresh))
} else {
  skipped++
  console.log(`skipped the fresh ones, both directions: ${missing}`)
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 ? 1 : 0

/** What they made: the reader alone and among all others says yes, and no to another password. */
async function theirs(what: string, reader: string, password: string, stored: string): Promise<void> {
  const alone = new PasswordHash([new Argon2idHasher(), readers.get(reader) as HashReader])
  check(what, 'verifies', await outcome(alone.verify(password, stored)), true)
  check(what, 'verifies among all readers', await outcome(everything.verify(password, stored)), true)
  check(what, 'refuses another password', await outcome(alone.verify(`x${password}`, stored)), false)
}

/** What we make: each system that knows the form says yes, and no to another password. */
async function ours(): Promise<void> {
  const makers: readonly (readonly [hasher: Hasher, systems: readonly string[]])[] = [
    [new Argon2idHasher(), ['argon2-cffi', 'passlib', 'Django argon2', 'PHP']],
    [
      new Argon2idHasher({ memory: 65_536, passes: 3, parallelism: 4 }),
      ['argon2-cffi', 'passlib', 'Django argon2', 'PHP'],
    ],
    [new BcryptHasher({ cost: 10 }), ['bcrypt (Python)', 'passlib', 'Django bcrypt', 'PHP', 'Ruby', 'htpasswd']],
    [new BcryptHasher({ cost: 10, prehash: true }), ['passlib']],
    [new ScryptHasher({ cost: 2 ** 14, parallelization: 5 }), ['passlib']],
    [new Pbkdf2Hasher(), ['passlib']],
    [new Pbkdf2Hasher({ digest: 'sha512' }), ['passlib']],
  ]
  const questions: { by: string; password: string; stored: string; expected: boolean }[] = []
  for (const [hasher, systems] of makers) {
    for (const password of passwords) {
      const stored = await new PasswordHash([hasher]).hash(password)
      for (const by of systems) {
        questions.push(
          { by, password, stored, expected: true },
          { by, password: `x${password}`, stored, expected: false },
        )
      }
    }
  }
  const programs: readonly (readonly [systems: RegExp, ask: (input: string) => unknown[]])[] = [
    [/^PHP$/, (input) => JSON.parse(run('php', [join(vectors, 'verify.php')], input))],
    [/^Ruby$/, (input) => JSON.parse(run('ruby', [join(vectors, 'verify.rb')], input))],
    [/^htpasswd$/, (input) => JSON.parse(input).map(askHtpasswd)],
    [/./, (input) => JSON.parse(run('/usr/bin/python3', [join(vectors, 'verify.py')], input))],
  ]
  let left = questions
  for (const [systems, ask] of programs) {
    const asked = left.filter(({ by }) => systems.test(by))
    left = left.filter(({ by }) => !systems.test(by))
    const answers = ask(JSON.stringify(asked))
    asked.forEach(({ by, stored, expected }, index) => {
      check(`ours, ${stored.slice(0, 16)}`, `${by} ${expected ? 'verifies' : 'refuses'}`, answers[index], expected)
    })
  }
}

function make(): Made[] {
  const python: Made[] = JSON.parse(run('/usr/bin/python3', [join(vectors, 'make.py')]))
  const php: Made[] = JSON.parse(run('php', [join(vectors, 'make.php')]))
  const ruby: Made[] = JSON.parse(run('ruby', [join(vectors, 'make.rb')]))
  return [...python, ...php, ...ruby, ...passwords.flatMap(makeHtpasswd), ...passwords.flatMap(makeArgon2)]
}

function makeHtpasswd(password: string): Made[] {
  const made = 'htpasswd (Apache)'
  const line = (option: string): string => run('htpasswd', ['-nb', ...option.split(' '), 'alice', password])
  return [
    { reader: 'bcrypt', made, form: '-B', password, stored: line('-B -C 5').trim().slice('alice:'.length) },
    { reader: 'passlib', made, form: '-2', password, stored: line('-2').trim().slice('alice:'.length) },
    { reader: 'passlib', made, form: '-5', password, stored: line('-5').trim().slice('alice:'.length) },
  ]
}

function makeArgon2(password: string): Made[] {
  const made = 'argon2 (command)'
  // -v 10 is the version from before 2016, which few still store.
  return ['-id -t 2 -k 512 -p 2', '-i -t 3 -k 256 -p 1', '-d -t 1 -k 256 -p 1', '-id -t 1 -k 256 -p 1 -v 10'].map(
    (form) => ({
      ...{ reader: 'argon2', made, form, password },
      stored: run('argon2', ['some salt', ...form.split(' '), '-e'], password).trim(),
    }),
  )
}

function askHtpasswd({ password, stored }: { password: string; stored: string }): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'htpasswd-'))
  try {
    // Apache knows the one algorithm by the prefix that PHP uses.
    writeFileSync(join(folder, 'users'), `alice:${stored.replace(/^\$2b\$/, '$2y$')}\n`)
    run('htpasswd', ['-vb', join(folder, 'users'), 'alice', password])
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Installs what is missing if it may, and says otherwise what to do. */
function install(): string | undefined {
  if (works()) return undefined
  const command = `apt-get install -y ${packages.join(' ')}`
  if (process.getuid?.() !== 0) return `run as root: ${command}`
  try {
    run('apt-get', ['update', '-qq'])
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages])
  } catch {
    return `the installation failed; this is for Debian and its like: ${command}`
  }
  return works() ? undefined : `some of these did not work: ${packages.join(' ')}`
}

function works(): boolean {
  try {
    run('/usr/bin/python3', ['-c', 'import django, werkzeug, passlib, argon2, bcrypt'])
    run('php', ['-r', 'if (!defined("PASSWORD_ARGON2ID")) exit(1);'])
    run('ruby', ['-rbcrypt', '-e', '0'])
    run('htpasswd', ['-nbB', 'alice', 'secret'])
    run('argon2', ['somesalt'], 'secret')
    return true
  } catch {
    return false
  }
}

function run(command: string, parameters: readonly string[], input = ''): string {
  return execFileSync(command, parameters, {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PYTHONWARNINGS: 'ignore' },
  })
}

function read<Content>(name: string): Content {
  return JSON.parse(readFileSync(join(vectors, name), 'utf8')) as Content
}

function lines(cases: readonly Made[]): string {
  return `[\n${cases.map((made) => `  ${JSON.stringify(made)}`).join(',\n')}\n]\n`
}

async function outcome(promise: Promise<boolean>): Promise<unknown> {
  return promise.catch((error: Error) => error.message)
}

function check(what: string, does: string, actual: unknown, expected: boolean): void {
  if (actual === expected) passed++
  else {
    failed++
    console.log(`FAILED ${what}: ${does}: ${String(actual)}`)
  }
}
