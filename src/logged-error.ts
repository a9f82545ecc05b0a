/** An error without what it says: messages are made of what was at hand, passwords and connection strings included. */
export interface LoggedError {
  /** Its class, like `TypeError`. */
  readonly name: string
  /** Its stable code, like `ECONNREFUSED`. */
  readonly code?: string | number
  /** Where it was thrown: the frames of its stack, the innermost first, at most ten. */
  readonly stack?: readonly string[]
  /** What led to it. */
  readonly cause?: LoggedError
}

const MOST_FRAMES = 10
const MOST_CAUSES = 5
const NAME = /^[A-Za-z_$][\w$]{0,63}$/
const CODE = /^[A-Za-z][\w.-]{0,63}$/
/** `at name (place:line:column)` of V8 and JavaScriptCore's `name@place:line:column`. The place is a file or module, without a query. */
const FRAME =
  /^(?:at (?:[\w$.#<>[\] ]{1,120} \()?|[\w$.#<>/]{0,120}@)((?:file:\/\/|node:|\/|[A-Za-z]:\\)?[^\s?"'()]{1,300}):\d+:\d+\)?$/

/** What of an error may stand in a log: its class, its code, the places of its stack, and the same of its causes. */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { name: error === null ? 'null' : typeof error }
  const { code } = error as { code?: unknown }
  const stack = framesOf(error)
  return {
    name: nameOf(error),
    ...((typeof code === 'string' && CODE.test(code)) || Number.isSafeInteger(code) ? { code: code as string } : {}),
    ...(stack.length > 0 ? { stack } : {}),
    ...(error.cause instanceof Error && depth < MOST_CAUSES ? { cause: loggedError(error.cause, depth + 1) } : {}),
  }
}

/** The class of an error; its own `name` may be any text. */
export function nameOf(error: Error): string {
  const { name } = error.constructor
  return NAME.test(name) ? name : 'Error'
}

/** The frames below the message, which may itself have lines that look like frames. */
function framesOf({ stack, message }: Error): string[] {
  if (typeof stack !== 'string') return []
  const at = message === '' ? -1 : stack.indexOf(`: ${message}`)
  // A message that was changed since: nothing tells where the text that was there ends.
  if (at === -1 && !/^[\w$]*\n\s+at /.test(stack)) return []
  const below = at === -1 ? stack : stack.slice(at + message.length + 2)
  return below
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => FRAME.test(line))
    .slice(0, MOST_FRAMES)
}
