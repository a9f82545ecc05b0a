import type { App } from '../app.ts'
import type { ClientCertificate } from '../client-certificate.ts'
import { HTTPException } from '../exceptions.ts'
import { Incoming, WebIncoming } from '../incoming.ts'
import { headOf, toResponse } from '../reply.ts'
import { refuseTarget } from '../target.ts'

/** A request as an attacker writes it. */
export interface AttackRequest {
  readonly method: string
  /** Path and query, as they stand in the request line. */
  readonly target: string
  /** Header lines in their order; a name may stand more than once. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: string | undefined
  /** The certificate of the connection; false for one that TLS did not accept. */
  readonly certificate?: ClientCertificate | false | undefined
}

/** What came back. */
export interface AttackAnswer {
  readonly status: number
  readonly headers: Headers
  /** The first characters of the body. */
  readonly text: string
}

const ORIGIN = 'http://localhost'
const MOST_TEXT = 256 * 1024

/**
 * Sends the app a request without a server: as a web `Request` where one can be made of it, otherwise as an adapter hands on what no
 * `Request` can hold.
 *
 * @param timeout how long the answer may take, in milliseconds.
 * @returns undefined when none came in time.
 */
export async function send(app: App, request: AttackRequest, timeout: number): Promise<AttackAnswer | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(resolve, timeout)
  try {
    return await Promise.race([answerTo(app, request), late])
  } finally {
    clearTimeout(timer)
  }
}

async function answerTo(app: App, given: AttackRequest): Promise<AttackAnswer> {
  const request = requestOf(given)
  const exact = request !== undefined && isExact(request, given) && given.certificate === undefined
  const response = exact ? await app.request(request) : await handle(app, given, request)
  return { status: response.status, headers: response.headers, text: await textOf(response) }
}

/** What adapters do: targets that are refused never reach the app. */
async function handle(app: App, given: AttackRequest, request: Request | undefined): Promise<Response> {
  if (refuseTarget(given.target) !== undefined) return new Response(null, { status: 400 })
  const reply = await app.handle(new TargetIncoming(given, request))
  await reply.after?.()
  return toResponse(given.method === 'HEAD' ? headOf(reply) : reply)
}

/** The web request that is nearest; undefined where the Fetch standard has none. */
function requestOf({ method, target, headers, body }: AttackRequest): Request | undefined {
  try {
    const list: [string, string][] = headers.map(([name, value]) => [name, value])
    const without = method === 'GET' || method === 'HEAD' || body === undefined
    return new Request(ORIGIN + target, { method, headers: list, ...(without ? {} : { body }), redirect: 'manual' })
  } catch {
    return undefined
  }
}

function isExact(request: Request, { method, target }: AttackRequest): boolean {
  const { path, search } = new WebIncoming(request)
  return request.method === method && (search === '' ? path : `${path}?${search}`) === target
}

/** A request whose target no URL can hold as it is, or whose method, headers or certificate no web `Request` can. */
class TargetIncoming extends Incoming {
  readonly method: string
  readonly path: string
  readonly search: string
  readonly clientAddress: undefined
  readonly #headers = new Map<string, string>()
  readonly #request: Request | undefined
  readonly #certificate: ClientCertificate | false | undefined

  constructor({ method, target, headers, certificate }: AttackRequest, request: Request | undefined) {
    super()
    const mark = target.indexOf('?')
    this.method = method
    this.path = mark === -1 ? target : target.slice(0, mark)
    this.search = mark === -1 ? '' : target.slice(mark + 1)
    for (const [name, value] of headers) {
      const key = name.toLowerCase()
      const before = this.#headers.get(key)
      this.#headers.set(key, before === undefined ? value.trim() : `${before}, ${value.trim()}`)
    }
    this.#request = request
    this.#certificate = certificate
  }

  override get request(): Request {
    if (this.#request === undefined) throw new HTTPException(501) // as adapters do: Fetch has no Request for it
    return this.#request
  }
  override get signal(): AbortSignal {
    return this.#request?.signal ?? new AbortController().signal
  }
  override clientCertificate(): ClientCertificate | false | undefined {
    return this.#certificate
  }
  override header(name: string): string | undefined {
    return this.#headers.get(name)
  }
  override stream(): ReadableStream<Uint8Array> | null {
    return this.#request?.body ?? null
  }
  override async bytes(limit: number): Promise<Uint8Array> {
    return this.#request ? new WebIncoming(this.#request).bytes(limit) : new Uint8Array()
  }
}

/** Answers may have no end. */
async function textOf(response: Response): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  let text = ''
  while (text.length < MOST_TEXT) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    text += decoder.decode(value as Uint8Array, { stream: true })
  }
  reader.cancel().catch(() => {})
  return text
}
