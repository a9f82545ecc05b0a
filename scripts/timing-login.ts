// Whether the time of a refused login tells why it was refused. Not for CI: it measures.
//
//   node scripts/timing-login.ts [rounds] [--output FILE]     rounds: 300 by default, about 1 minute
//
// Each round logs in once as each kind of user, in random order, so that whatever else the machine does falls on all kinds
// alike. The medians must lie within 10 % of each other. Ends with "N passed, 0 failed", and with status 1 otherwise.

import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { PasswordHash, type StoredUser } from '../src/password/index.ts'

const { values, positionals } = parseArgs({ options: { output: { type: 'string' } }, allowPositionals: true })
const rounds = Number(positionals[0] ?? 300)
const passwordHash = PasswordHash.recommended()

const users = new Map<string, StoredUser>([
  ['enabled', { hashedPassword: await passwordHash.hash('right horse'), disabled: false }],
  ['disabled', { hashedPassword: await passwordHash.hash('right horse'), disabled: true }],
  ['passwordless', { hashedPassword: null, disabled: false }],
  ['unusable', { hashedPassword: '!', disabled: false }],
  ['broken', { hashedPassword: '$argon2id$v=19$cut', disabled: false }],
])

const kinds: readonly (readonly [what: string, name: string, password: string])[] = [
  ['wrong password', 'enabled', 'wrong horse'],
  ['unknown user', 'nobody', 'right horse'],
  ['disabled, wrong password', 'disabled', 'wrong horse'],
  ['disabled, right password', 'disabled', 'right horse'],
  ['user without a password', 'passwordless', 'right horse'],
  ['user of an unusable password', 'unusable', 'right horse'],
  ['user of a broken hash', 'broken', 'right horse'],
]

const times = new Map<string, number[]>(kinds.map(([what]) => [what, []]))
for (let round = -5; round < rounds; round++) {
  for (const [what, name, password] of shuffled(kinds)) {
    const start = performance.now()
    const user = await passwordHash.authenticate((wanted) => users.get(wanted), name, password)
    const time = performance.now() - start
    if (user !== undefined) throw new Error(`the login "${what}" was let in`)
    // The first rounds warm up.
    if (round >= 0) times.get(what)?.push(time)
  }
}

const rows = [...times].map(([what, measured]) => ({ what, ...summary(measured) }))
const base = rows[0]?.median ?? Number.NaN
const passed = rows.filter(({ median }) => Math.abs(median / base - 1) <= 0.1).length
const text = `${[
  `Refused logins, ${rounds} of each kind in random order; Argon2id m=19456 t=2 p=1.`,
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores.`,
  `Repeat: node scripts/timing-login.ts ${rounds}`,
  '',
  'kind                            median ms    5 %     95 %   median against a wrong password',
  ...rows.map(
    ({ what, median, low, high }) =>
      `${what.padEnd(31)} ${cell(median)} ${cell(low)} ${cell(high)}   ${(median / base).toFixed(3)}`,
  ),
  '',
  `${passed} passed, ${rows.length - passed} failed`,
].join('\n')}\n`
process.stdout.write(text)
if (values.output !== undefined) writeFileSync(values.output, text)
process.exitCode = passed === rows.length ? 0 : 1

function summary(measured: readonly number[]): { median: number; low: number; high: number } {
  const sorted = measured.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return { median: at(0.5), low: at(0.05), high: at(0.95) }
}

function cell(milliseconds: number): string {
  return milliseconds.toFixed(2).padStart(8)
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const mixed = [...items]
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = randomInt(last + 1)
    ;[mixed[last], mixed[other]] = [mixed[other] as Item, mixed[last] as Item]
  }
  return mixed
}
