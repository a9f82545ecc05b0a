let written = 0

/** How many secrets were met by JSON.stringify so far: a serialiser that sees it grow has written one. */
export function secretsWritten(): number {
  return written
}

/**
 * A value that does not show itself: printed, logged or made into JSON it is `[redacted]`, and an answer that holds one is refused
 * with 500 instead of being sent.
 *
 * @typeParam T what it hides.
 * @example
 * ```ts
 * import { App, Body, Secret } from 'sallyport'
 * import { z } from 'zod'
 *
 * const Login = z.object({ name: z.string(), password: z.string().transform((text) => new Secret(text)) })
 * new App().post('/login', { params: { login: Body(Login) } }, ({ login }) => {
 *   console.log(login) // { name: 'johndoe', password: Secret [redacted] }
 *   return { known: login.password.reveal() === 'secret' }
 * })
 * ```
 */
export class Secret<T> {
  readonly #value: T

  /** @param value what is hidden from now on. */
  constructor(value: T) {
    this.#value = value
    Object.freeze(this)
  }

  /** The value itself. */
  reveal(): T {
    return this.#value
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): string {
    written++
    return '[redacted]'
  }

  [Symbol.toPrimitive](): string {
    return '[redacted]'
  }

  get [Symbol.toStringTag](): string {
    return 'Secret'
  }

  static {
    // What `console.log` of Node, Deno and Bun shows. A computed method's type could not be declared without inference.
    const inspect = { value: () => 'Secret [redacted]' }
    Object.defineProperty(Secret.prototype, Symbol.for('nodejs.util.inspect.custom'), inspect)
  }
}
