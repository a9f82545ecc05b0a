import { didYouMean } from '../suggestion.ts'

/** Longer than this a time-out protects nothing, and the number was most likely meant as milliseconds. */
const LONGEST = 3600

/** @throws TypeError for an option that does not exist. */
export function assertNames(what: string, options: object, names: ReadonlySet<string>): void {
  for (const name of Object.keys(options)) {
    if (!names.has(name))
      throw new TypeError(
        `${what}: there is no option ${name}.${didYouMean(name, [...names])} There are ${[...names].join(', ')}.`,
      )
  }
}

/** Seconds as whole milliseconds; throws RangeError for what is no time or far too long. */
export function milliseconds(name: string, seconds: number | undefined, fallback: number): number {
  const value = seconds ?? fallback
  if (typeof value !== 'number' || !(value > 0) || value > LONGEST) {
    throw new RangeError(
      `serve: ${name} is a number of seconds, over 0 and at most ${LONGEST}, not ${String(seconds)}.`,
    )
  }
  return Math.ceil(value * 1000)
}

/** @throws RangeError for what is no whole number of the range. */
export function whole(name: string, value: number | undefined, fallback: number, least: number, most: number): number {
  if (value === undefined) return fallback
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    const given =
      typeof value === 'string' ? `the text ${JSON.stringify(value)}. Write Number(…) around it` : String(value)
    throw new RangeError(`${name} is a whole number from ${least} to ${most}, not ${given}.`)
  }
  return value
}

/** @throws TypeError for what is no path of a socket, and for one beside `port` or `hostname`, in whose place it stands. */
export function assertSocket(options: { unix?: unknown; port?: unknown; hostname?: unknown }): void {
  const { unix, port, hostname } = options
  if (unix === undefined) return
  if (typeof unix !== 'string' || unix === '')
    throw new TypeError('serve: unix is the path of a socket, such as /run/app.sock.')
  if (port !== undefined || hostname !== undefined)
    throw new TypeError('serve: unix stands in the place of port and hostname. Leave them out, or leave unix out.')
}

/** A path prefix without a slash at its end; throws TypeError for text that is none. */
export function readPrefix(option: string, prefix = ''): string {
  const path = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
  if (path !== '' && !/^(?:\/[\w.~!$&'()*+,;=:@%-]+)+$/.test(path)) {
    throw new TypeError(`${option}: expected a path such as '/api/v1', not ${JSON.stringify(prefix)}.`)
  }
  return path
}
