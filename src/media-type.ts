import { QUOTED, TOKEN, unquote } from './headers.ts'

/** A media type, its names in lower case. */
export interface MediaType {
  /** Type and subtype: `application/json`. */
  readonly type: string
  /** The parameters by their names; their values are as sent, without quotes. */
  readonly parameters: ReadonlyMap<string, string>
}

const TYPE = new RegExp(`^[ \\t]*(${TOKEN}/${TOKEN})[ \\t]*`)
// Each semicolon may stand without a parameter (RFC 9110 §5.6.6).
const PARAMETER = new RegExp(`;[ \\t]*(?:(${TOKEN})=(?:(${TOKEN})|${QUOTED})[ \\t]*)?`, 'y')

const NONE: ReadonlyMap<string, string> = new Map()

/** The ones that nearly every request has. */
const COMMON: ReadonlyMap<string, MediaType> = new Map(
  ['application/json', 'application/x-www-form-urlencoded', 'text/plain'].flatMap((type) => [
    [type, { type, parameters: NONE }],
    ...['utf-8', 'UTF-8'].map((charset): [string, MediaType] => [
      `${type};charset=${charset}`,
      { type, parameters: new Map([['charset', charset]]) },
    ]),
  ]),
)

/**
 * Reads a `Content-Type`, strictly: undefined for what is none, for two in one, and for a parameter that stands twice.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-8.3.1
 */
export function parseMediaType(text: string): MediaType | undefined {
  const common = COMMON.get(text)
  if (common !== undefined) return common
  const start = TYPE.exec(text)
  if (start === null) return undefined
  const parameters = new Map<string, string>()
  let at = start[0].length
  while (at < text.length) {
    PARAMETER.lastIndex = at
    const match = PARAMETER.exec(text)
    if (match === null) return undefined
    at = PARAMETER.lastIndex
    if (match[1] === undefined) continue
    const name = match[1].toLowerCase()
    if (parameters.has(name)) return undefined
    parameters.set(name, match[2] ?? unquote(match[3] as string))
  }
  return { type: (start[1] as string).toLowerCase(), parameters }
}

/** Whether it is JSON: `application/json`, or any type whose name ends in `+json` (RFC 6839 §3.1). */
export function isJSON({ type }: MediaType): boolean {
  return type === 'application/json' || type.endsWith('+json')
}
