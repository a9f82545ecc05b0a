/** Requests for schemes, and what they answer, in one shape. */
import type { SecurityScheme } from 'sallyport/security'
import { HTTPException, isAbsent } from '../../src/exceptions.ts'
import { Incoming } from '../../src/incoming.ts'
import { NO_SCOPES } from '../../src/scopes.ts'

/** A web request with these headers. */
export function get(headers: Readonly<Record<string, string>> = {}, path = '/'): Request {
  return new Request(`http://api.test${path}`, { headers })
}

/** A request as an adapter may bring it: with header values that a web `Request` refuses to hold. */
export class RawIncoming extends Incoming {
  readonly method = 'GET'
  readonly path = '/'
  readonly search = ''
  readonly #headers: Readonly<Record<string, string>>
  asked = 0

  constructor(headers: Readonly<Record<string, string>>) {
    super()
    this.#headers = headers
  }

  override header(name: string): string | undefined {
    this.asked++
    return this.#headers[name]
  }

  override get request(): Request {
    throw new Error('nobody asks for it')
  }

  override get signal(): AbortSignal {
    return new AbortController().signal
  }

  override get clientAddress(): string | undefined {
    return undefined
  }

  override stream(): null {
    return null
  }

  override async bytes(): Promise<Uint8Array> {
    return new Uint8Array()
  }
}

/** What a scheme makes of a value of `Authorization`: its value, or its refusal. */
export function authorize(scheme: SecurityScheme<unknown, string>, authorization?: string): unknown {
  const incoming = new RawIncoming(authorization === undefined ? {} : { authorization })
  try {
    return scheme.authenticate(incoming, NO_SCOPES)
  } catch (error) {
    return refusal(error)
  }
}

/** A refusal as a client gets it, and whether it says that there were no credentials at all. */
export interface Refusal {
  readonly status: number
  readonly detail: unknown
  readonly challenge: string | readonly string[] | undefined
  readonly absent: boolean
}

/** Reads what was thrown; anything but an HTTPException fails the test. */
export function refusal(error: unknown): Refusal {
  if (!(error instanceof HTTPException)) throw error
  const { status, detail, headers } = error
  return { status, detail, challenge: headers?.['www-authenticate'], absent: isAbsent(error) }
}

/** The plain 401 of a scheme. */
export function unauthorized(challenge: string, absent: 'absent' | 'broken'): Refusal {
  return { status: 401, detail: 'Not authenticated', challenge, absent: absent === 'absent' }
}
