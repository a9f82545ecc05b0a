/** What a request may hold at most. Over a limit it is answered with a 4xx, at once, without reading on. */
export interface Limits {
  /** Bytes of a body; 1 MiB. */
  readonly body: number
  /** Bytes of a `multipart/form-data` body with all its files; 16 MiB. */
  readonly multipartBody: number
  /** Bytes of one uploaded file; 8 MiB. */
  readonly file: number
  /** Fields and files of a form; 1,000. */
  readonly fields: number
  /** Parameters of a query; 1,000. */
  readonly queryParameters: number
  /** Cookies of a request; 100. */
  readonly cookies: number
  /** How deep arrays and objects of a JSON body may be nested; 64. */
  readonly jsonDepth: number
  /** Characters of a request target; 16 KiB. */
  readonly target: number
}

/** The limits of an app that sets none. */
export const DEFAULT_LIMITS: Limits = {
  body: 1024 * 1024,
  multipartBody: 16 * 1024 * 1024,
  file: 8 * 1024 * 1024,
  fields: 1000,
  queryParameters: 1000,
  cookies: 100,
  jsonDepth: 64,
  target: 16 * 1024,
}

/**
 * The default limits with an app's own in their places.
 *
 * @throws TypeError for a name that is no limit; RangeError for a value that is no positive whole number.
 */
export function limitsOf(given: Partial<Limits> = {}): Limits {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw new TypeError(`App: limits has no ${name}. It has ${Object.keys(DEFAULT_LIMITS).join(', ')}.`)
    }
    if (!Number.isSafeInteger(value) || value <= 0) {
      throw new RangeError(`App: limits.${name} is a positive whole number, not ${String(value)}.`)
    }
  }
  return { ...DEFAULT_LIMITS, ...given }
}
