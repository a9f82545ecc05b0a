/** What is wrong: a stable word for each kind of hole. */
export type HoleKind =
  /** A handler ran for a request that lacks what its operation requires. */
  | 'handler-ran'
  /** A dependency that stands behind security ran for a request that was refused. */
  | 'dependency-ran'
  /** What must not change changed while requests were refused. */
  | 'state-changed'
  /** Something beside the handlers answered as if all were well. */
  | 'answered'
  /** The answer is no refusal, or not the right one. */
  | 'wrong-status'
  /** A 401 has no challenge, or one of no scheme of the operation. */
  | 'no-challenge'
  /** A secret, or something that was sent, stands in an answer. */
  | 'leak'
  /** An operation is open that should not be. */
  | 'open'
  /** The handler fails without the credentials that are said to be optional. */
  | 'needs-optional'
  /** Something stands in the place of a dependency. */
  | 'override'
  /** What is said to be valid is refused: then refusals prove nothing. */
  | 'valid-refused'
  /** No answer came in time. */
  | 'no-answer'

/** A hole, with all the requests that found it. */
export interface Hole {
  readonly kind: HoleKind
  /** The operation, like `GET /users/me`. */
  readonly where: string
  /** What was seen, in words; nothing that is secret. */
  readonly what: string
  /** The requests that found it, in words and in the order in which they were sent. */
  readonly attacks: readonly string[]
}

/** What could not be tried, and why. */
export interface Skipped {
  readonly where: string
  readonly attack: string
  readonly reason: string
  /** What to give so that it is tried: a sentence. Absent where the options themselves say that there is nothing to try. */
  readonly next?: string
}

/** What {@link AttackReport.assert} throws: all holes as sentences. */
export class AttackError extends Error {
  readonly code = 'attack_found_holes'
  readonly failures: readonly Hole[]

  constructor(report: AttackReport) {
    super(report.toString())
    this.name = 'AttackError'
    this.failures = report.failures
  }
}

/** What an attack found. */
export class AttackReport {
  /** The holes, in the order in which they were found. */
  readonly failures: readonly Hole[]
  /** What could not be tried; never taken for a success. */
  readonly skipped: readonly Skipped[]
  /** What is worth knowing and is no hole. */
  readonly notes: readonly string[]
  /** How many requests were sent. */
  readonly requests: number
  /** How many operations were attacked. */
  readonly operations: number

  constructor(found: Pick<AttackReport, 'failures' | 'skipped' | 'notes' | 'requests' | 'operations'>) {
    this.failures = found.failures
    this.skipped = found.skipped
    this.notes = found.notes
    this.requests = found.requests
    this.operations = found.operations
  }

  /** What was not tried because something lacks that the options could have given. */
  get untried(): readonly Skipped[] {
    return this.skipped.filter(({ next }) => next !== undefined)
  }

  /** Whether there is no hole. */
  get ok(): boolean {
    return this.failures.length === 0
  }

  /**
   * Throws when there is a hole.
   *
   * @throws AttackError with all holes as sentences.
   */
  assert(): void {
    if (!this.ok) throw new AttackError(this)
  }

  /** The report as text: a line for each hole, then what was skipped, then notes. */
  toString(): string {
    const lines = [
      `${counted(this.requests, 'request')} to ${counted(this.operations, 'operation')}: ${counted(this.failures.length, 'hole')}, ${this.skipped.length} skipped`,
      ...this.failures.map((hole) => `✗ ${sentenceOf(hole)}`),
      ...groupSkipped(this.skipped).map((text) => `- skipped: ${text}`),
      ...this.notes.map((note) => `  ${note}`),
    ]
    return `${lines.join('\n')}\n`
  }
}

const SHOWN = 5

function sentenceOf({ kind, where, what, attacks }: Hole): string {
  const shown = attacks.slice(0, SHOWN).join('; ')
  const more = attacks.length > SHOWN ? `; and ${attacks.length - SHOWN} more` : ''
  return `${where} [${kind}]: ${what}${shown === '' ? '' : ` (${shown}${more})`}.`
}

/** The same attack and reason at several operations is one line. */
function groupSkipped(skipped: readonly Skipped[]): string[] {
  const groups = Map.groupBy(skipped, ({ attack, reason }) => `${attack}: ${reason}`)
  return [...groups].map(([text, all]) =>
    all.length === 1 ? `${all[0]?.where}: ${text}` : `${counted(all.length, 'operation')}: ${text}`,
  )
}

/** The steps that would have everything tried, each once. */
export function stepsOf(skipped: readonly Skipped[]): readonly string[] {
  return [...new Set(skipped.flatMap(({ next }) => next ?? []))]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
