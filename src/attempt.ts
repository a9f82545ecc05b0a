/** The alternatives of an anyOf, tried for one request. */
import { Denial } from './denial.ts'
import { declaredAnswer, HTTPException, isAbsent, markAbsent, type ValidationIssue } from './exceptions.ts'
import { FAILED, isPromise, type Solving, type Step } from './solving.ts'

/** One of them: its steps, and the slot of its value. */
export interface Alternative {
  readonly slot: number
  readonly steps: readonly Step[]
  /** Whether undefined says that there are no credentials; else it is what a guard gives that has nothing to give. */
  readonly optional: boolean
}

/** One try at the alternatives of an anyOf, in order; asynchronous only from where something has to be waited for. */
export class Attempt {
  readonly #alternatives: readonly Alternative[]
  readonly #solving: Solving
  readonly #before: ValidationIssue[] | undefined
  readonly #refused: (HTTPException | Denial)[] = []
  #invalid: ValidationIssue[] | undefined
  #failed = false
  #absent = false

  constructor(alternatives: readonly Alternative[], solving: Solving) {
    this.#alternatives = alternatives
    this.#solving = solving
    this.#before = solving.errors
  }

  from(start: number): unknown {
    for (let i = start; i < this.#alternatives.length; i++) {
      const alternative = this.#alternatives[i] as Alternative
      this.#solving.errors = undefined
      let pending: Denial | Promise<Denial | undefined> | undefined
      try {
        pending = this.#run(alternative.steps, 0)
      } catch (error) {
        this.#refuse(error)
        continue
      }
      if (isPromise(pending)) {
        return pending.then(
          (denial) => (this.#accepts(alternative, denial) ? this.#solving.values[alternative.slot] : this.from(i + 1)),
          (error) => {
            this.#refuse(error)
            return this.from(i + 1)
          },
        )
      }
      if (this.#accepts(alternative, pending)) return this.#solving.values[alternative.slot]
    }
    return this.#nobody()
  }

  /** Undefined when all of them have run. */
  #run(steps: readonly Step[], start: number): Denial | Promise<Denial | undefined> | undefined {
    const { values } = this.#solving
    for (let i = start; i < steps.length; i++) {
      const step = steps[i] as Step
      const value = step.run(this.#solving)
      if (isPromise(value)) {
        return Promise.resolve(value).then((made) => {
          if (made instanceof Denial) return made
          values[step.slot] = made
          return this.#run(steps, i + 1)
        })
      }
      if (value instanceof Denial) return value
      values[step.slot] = value
    }
    return undefined
  }

  #accepts({ slot, optional }: Alternative, denial: Denial | undefined): boolean {
    this.#settle()
    if (denial !== undefined) {
      this.#refused.push(denial)
      return false
    }
    const value = this.#solving.values[slot]
    if (value === FAILED) this.#failed = true
    else if (optional && value === undefined) this.#absent = true
    else return true
    return false
  }

  /** Credentials that are absent, broken or refused let the next one try; anything else is no matter of credentials. */
  #refuse(error: unknown): void {
    this.#settle()
    const answer = declaredAnswer(error)
    if (answer === undefined || (answer.status !== 401 && answer.status !== 403)) throw error
    this.#refused.push(answer)
  }

  #settle(): void {
    if (this.#solving.errors) this.#invalid = this.#solving.errors
    this.#solving.errors = this.#before
  }

  #nobody(): unknown {
    const refused = this.#refused.map((each) => (each instanceof Denial ? each.makeError() : each))
    const broken = refused.find((error) => !isAbsent(error))
    if (broken) throw withChallenges(broken, refused)
    for (const issue of this.#invalid ?? []) this.#solving.fail(issue)
    if (this.#failed) return FAILED
    if (this.#absent) return undefined
    // Still absent, for an anyOf around this one.
    throw markAbsent(
      withChallenges(refused.find(({ status }) => status === 401) ?? (refused[0] as HTTPException), refused),
    )
  }
}

/** A 401 tells every way in: the challenges of all alternatives (RFC 9110 §11.6.1). */
function withChallenges(error: HTTPException, refused: readonly HTTPException[]): HTTPException {
  if (error.status !== 401) return error
  const challenges = new Set(
    refused.flatMap(({ status, headers }) => (status === 401 ? (headers?.['www-authenticate'] ?? []) : [])),
  )
  return new HTTPException(error.status, error.detail, {
    headers: { ...error.headers, 'www-authenticate': [...challenges] },
    cause: error,
  })
}
