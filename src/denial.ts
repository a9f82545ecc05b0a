import type { HTTPException } from './exceptions.ts'
import type { Reply } from './reply.ts'

/**
 * What a scheme gives in the place of a value to a request that it does not let in. It says what a thrown `HTTPException` would say:
 * making and throwing one takes V8 longer than letting a request in, and whoever is refused is not to cost more than that.
 */
export class Denial {
  /** Makes the error that it stands for, anew for each request. */
  readonly makeError: () => HTTPException
  /** Whether it says the same each time: it may then be given more than once, and {@link reply} is kept. */
  readonly lasting: boolean
  /** The answer of an app that has nothing of its own to say. */
  reply: Reply | undefined

  constructor(makeError: () => HTTPException, lasting: boolean) {
    this.makeError = makeError
    this.lasting = lasting
  }
}

/** @throws HTTPException for who is not let in; gives everything else back. */
export function unlessDenied<Value>(value: Value | Denial): Value {
  if (value instanceof Denial) throw value.makeError()
  return value
}
