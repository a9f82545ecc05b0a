import { readFileSync, writeFileSync } from 'node:fs'
import {
  auditJson,
  auditOf,
  auditText,
  type Change,
  changesSince,
  changesText,
  findingsOf,
  type Lock,
  LockError,
  lockOf,
  readLock,
  sarifOf,
  writeLock,
} from '../audit/index.ts'
import { readArguments } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { loadApp } from './load-app.ts'

const LOCK_FILE = 'sallyport.lock.json'

/**
 * `sallyport audit main.ts`: every operation with what it requires, what is worth a look, and what became weaker since the lock was
 * written. Fails for findings of the level error, and for what became weaker.
 */
export async function audit(args: readonly string[]): Promise<number> {
  const { lockFile, rest } = takeLock(args)
  const { file, values } = readArguments('audit', rest, {
    lock: { type: 'boolean' }, // taken out above; it stands here for the message that lists all
    json: { type: 'boolean' },
    sarif: { type: 'boolean' },
    output: { type: 'string', short: 'o' },
    update: { type: 'boolean' },
    frozen: { type: 'boolean' },
  })
  if (values.json && values.sarif) throw new CommandError('audit prints --json or --sarif, not both.')
  if (values.update && values.frozen) throw new CommandError('audit takes --update or --frozen, not both.')
  const audited = auditOf(await loadApp(file))
  const findings = findingsOf(audited)
  const path = lockFile ?? LOCK_FILE
  const before = lockAt(path)
  const now = lockOf(audited)
  const changes = before && changesSince(before.lock, now)

  const text = values.sarif
    ? printed(sarifOf({ version: versionOf(), file: uriOf(file), findings, changes: changes ?? [] }))
    : values.json
      ? printed(auditJson(audited, findings, changes))
      : auditText(audited, findings)
  if (typeof values.output === 'string') write(values.output, text, 'The audit')
  else process.stdout.write(text)

  const locked = lockStatus(before, changes, now, path, {
    update: values.update === true,
    frozen: values.frozen === true,
    wanted: lockFile !== undefined,
  })
  return locked || findings.some(({ level }) => level === 'error') ? 1 : 0
}

interface LockOptions {
  readonly update: boolean
  readonly frozen: boolean
  /** Whether a lock was asked for, so that one is written where there is none. */
  readonly wanted: boolean
}

interface LockAtPath {
  readonly text: string
  readonly lock: Lock
}

/** Compares with the lock, writes it where that was asked for, and gives the exit status. What it says is for people, beside the output. */
function lockStatus(
  before: LockAtPath | undefined,
  changes: readonly Change[] | undefined,
  now: Lock,
  path: string,
  { update, frozen, wanted }: LockOptions,
): number {
  const text = writeLock(now)
  if (before === undefined || changes === undefined) {
    if (frozen) return say(1, `There is no ${path}. Write it with --lock, and commit it.`)
    if (!wanted && !update) return 0
    write(path, text, 'The lock')
    return say(0, `Wrote ${path}. Commit it: later runs fail when an operation became weaker.`)
  }
  if (changes.length > 0) say(0, `\nSince ${path} was written:\n${changesText(changes)}`)
  if (update) {
    if (text !== before.text) write(path, text, 'The lock')
    return say(0, text === before.text ? `${path} says the same.` : `Wrote ${path}.`)
  }
  const weaker = changes.filter(({ effect }) => effect === 'weaker').length
  if (weaker > 0) {
    const what = weaker === 1 ? '1 requirement' : `${weaker} requirements`
    return say(1, `${what} became weaker. Put right what was not meant, or accept it: sallyport audit … --update`)
  }
  if (text === before.text) return 0
  const next = 'Nothing became weaker. Accept the changes, so that they are watched, too: sallyport audit … --update'
  return say(frozen ? 1 : 0, next)
}

/** Takes `--lock`, `--lock FILE.json` and `--lock=FILE` out of the arguments: its file may be left out. */
function takeLock(args: readonly string[]): {
  readonly lockFile: string | undefined
  readonly rest: readonly string[]
} {
  const at = args.findIndex((arg) => arg === '--lock' || arg.startsWith('--lock='))
  const given = args[at]
  if (given === undefined) return { lockFile: undefined, rest: args }
  if (given !== '--lock') {
    const lockFile = given.slice('--lock='.length)
    if (lockFile === '') throw new CommandError('--lock= needs a file. Without the = it is sallyport.lock.json.')
    return { lockFile, rest: args.toSpliced(at, 1) }
  }
  const next = args[at + 1]
  if (next?.endsWith('.json')) return { lockFile: next, rest: args.toSpliced(at, 2) }
  return { lockFile: LOCK_FILE, rest: args.toSpliced(at, 1) }
}

function lockAt(path: string): LockAtPath | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new CommandError(`${path} could not be read: ${(error as Error).message}`, { cause: error })
  }
  try {
    return { text, lock: readLock(text) }
  } catch (error) {
    if (!(error instanceof LockError)) throw error
    throw new CommandError(
      `${path} is no lock. ${error.message} Take the file of the last commit, or remove it and write it again with --lock.`,
      { cause: error },
    )
  }
}

function write(path: string, text: string, what: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new CommandError(`${what} could not be written: ${(error as Error).message}`, { cause: error })
  }
}

function say(status: number, text: string): number {
  process.stderr.write(`${text}\n`)
  return status
}

function printed(json: object): string {
  return `${JSON.stringify(json, null, 2)}\n`
}

function uriOf(file: string): string {
  return encodeURI(file.replaceAll('\\', '/').replace(/^\.\//, ''))
}

function versionOf(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
