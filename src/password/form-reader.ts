import { type CostLimits, costLimits, knownOptions } from './cost-limits.ts'
import { UnknownHashError } from './errors.ts'
import type { HashReader } from './hasher.ts'

/**
 * The options of the readers of other systems' hashes.
 *
 * @example
 * ```ts
 * import { DjangoReader, type ReaderOptions } from 'sallyport/password'
 *
 * const options: ReaderOptions = { limits: { pbkdf2Iterations: 10_000_000 } }
 * const reader = new DjangoReader(options)
 * ```
 */
export interface ReaderOptions {
  /** The most that a stored hash may ask for. */
  readonly limits?: Partial<CostLimits>
}

/** One form of stored strings: how it starts, and how to verify what comes after that. */
export interface Form {
  readonly prefix: string
  readonly verify: (password: string, rest: string, limits: CostLimits) => Promise<boolean>
}

/** A reader that is a table of forms, told apart by their first characters. */
export abstract class FormReader implements HashReader {
  readonly #forms: readonly Form[]
  readonly #limits: CostLimits

  /** @throws TypeError if an option is unknown or out of range */
  constructor(forms: readonly Form[], options: ReaderOptions = {}) {
    knownOptions('the reader', options, ['limits'])
    this.#forms = forms
    this.#limits = costLimits(options.limits)
  }

  identify(stored: string): boolean {
    return this.#forms.some(({ prefix }) => stored.startsWith(prefix))
  }

  async verify(password: string, stored: string): Promise<boolean> {
    const form = this.#forms.find(({ prefix }) => stored.startsWith(prefix))
    if (!form) throw new UnknownHashError()
    return form.verify(password, stored.slice(form.prefix.length), this.#limits)
  }
}
