import type { Audit } from './audit.ts'
import {
  type Alternative,
  compareText,
  type Demand,
  type Requires,
  sorted,
  VERIFIED,
  type Verified,
} from './requires.ts'

/** What a lock file says: what each operation required when people last looked at it. */
export interface Lock {
  readonly operations: ReadonlyMap<string, Requires>
  /** Documents by their paths. */
  readonly docs: ReadonlyMap<string, Requires>
  /** Prefixes of what is mounted and cannot be looked into. */
  readonly unseen: readonly string[]
}

/** Why a text is no lock file. */
export class LockError extends Error {
  readonly code = 'lock_invalid'

  constructor(message: string) {
    super(message)
    this.name = 'LockError'
  }
}

const VERSION = 1

/** The part of an audit that must not become weaker unseen. */
export function lockOf({ operations, docs, unseen }: Audit): Lock {
  return {
    operations: new Map(operations.map(({ method, path, requires }) => [`${method} ${path}`, requires])),
    docs: new Map(docs.map(({ paths, requires }) => [paths[0] ?? '', requires])),
    unseen,
  }
}

/** The text of a lock file: the same for the same requirements, so that a diff of it is a change of them. */
export function writeLock({ operations, docs, unseen }: Lock): string {
  const lock = {
    lockVersion: VERSION,
    operations: printed(operations),
    docs: printed(docs),
    unseen: [...unseen].sort(compareText),
  }
  return `${JSON.stringify(lock, null, 2)}\n`
}

function printed(all: ReadonlyMap<string, Requires>): Record<string, object[]> {
  const byPath = [...all].sort(([a], [b]) => compareText(placeOf(a), placeOf(b)))
  return Object.fromEntries(
    byPath.map(([where, requires]) => [
      where,
      sorted(requires).map((alternative) =>
        Object.fromEntries(
          [...alternative].map(([name, { kind, scopes, verified, also }]) => [
            name,
            { kind, scopes: [...scopes], verified, ...(also ? { also: [...also] } : {}) },
          ]),
        ),
      ),
    ]),
  )
}

/** `GET /items` as `/items GET`: the methods of a path stand together. */
function placeOf(where: string): string {
  return where.replace(/^(\S+) (.*)$/s, '$2 $1')
}

/**
 * Reads a lock file.
 *
 * @throws LockError for anything that {@link writeLock} does not write: half a lock would let half of the changes pass.
 */
export function readLock(text: string): Lock {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new LockError('It is no JSON: a merge may have left its marks in it.')
  }
  const { lockVersion, operations, docs, unseen } = record(json, 'It')
  if (lockVersion !== VERSION)
    throw new LockError(`Its lockVersion is not ${VERSION}: another version of sallyport wrote it.`)
  return {
    operations: requirements(operations, 'operations'),
    docs: requirements(docs, 'docs'),
    unseen: texts(unseen, 'unseen'),
  }
}

function requirements(json: unknown, where: string): Map<string, Requires> {
  return new Map(
    Object.entries(record(json, where)).map(([key, alternatives]) => {
      if (!Array.isArray(alternatives)) throw new LockError(`${where}: ${key} is no list of alternatives.`)
      return [key, alternatives.map((alternative) => alternativeOf(alternative, `${where}: ${key}`))]
    }),
  )
}

function alternativeOf(json: unknown, where: string): Alternative {
  return new Map(
    Object.entries(record(json, where)).map(([name, demand]): [string, Demand] => {
      const { kind, scopes, verified, also } = record(demand, `${where}: ${name}`)
      if (typeof kind !== 'string' || !VERIFIED.includes(verified as Verified))
        throw new LockError(`${where}: ${name} has no kind, or nobody who verifies.`)
      const read = { kind, scopes: texts(scopes, `${where}: ${name}`), verified: verified as Verified }
      return [name, also === undefined ? read : { ...read, also: texts(also, `${where}: ${name}`) }]
    }),
  )
}

function texts(json: unknown, where: string): string[] {
  if (!Array.isArray(json) || !json.every((each) => typeof each === 'string'))
    throw new LockError(`${where} has no list of texts.`)
  return json
}

function record(json: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new LockError(`${where} is no object.`)
  return json as Record<string, unknown>
}
