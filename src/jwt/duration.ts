/** A length of time: a number of seconds, or a whole number with a unit: `'45s'`, `'30m'`, `'12h'`, `'7d'`. */
export type Duration = number | `${number}${'s' | 'm' | 'h' | 'd'}`

const SECONDS = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
])

/** Reads a duration option as seconds; throws TypeError that names the option. */
export function toSeconds(option: string, duration: Duration, minimum = 0): number {
  let seconds = Number.NaN
  if (typeof duration === 'number') seconds = duration
  else if (typeof duration === 'string') {
    const match = /^(\d{1,9})([smhd])$/.exec(duration)
    if (match !== null) seconds = Number(match[1]) * (SECONDS.get(match[2] as string) as number)
  }
  if (!Number.isFinite(seconds) || seconds < minimum) {
    throw new TypeError(`${option}: expected at least ${minimum} seconds, as a number or as text such as '30m'`)
  }
  return seconds
}
