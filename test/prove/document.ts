/**
 * Holds an app to its own OpenAPI document: reads that alone, tries for each operation what it says is enough and what it says is not,
 * and compares.
 */
import type { App } from 'sallyport'
import { placeOf, withCookie, withCredential, withQuery } from '../../src/testing/attack-credentials.ts'
import { type AttackRequest, send } from '../../src/testing/attack-requests.ts'
import type { Credential } from '../../src/testing/index.ts'
import { sampleOf } from '../../src/testing/sample.ts'

type Schema = Record<string, unknown>

interface SecurityScheme {
  readonly type: string
  readonly scheme?: string
  readonly in?: string
  readonly name?: string
}

interface OperationObject {
  readonly operationId: string
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }
  readonly responses: Readonly<Record<string, { readonly headers?: Readonly<Record<string, unknown>> }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>
  readonly security?: OperationObject['security']
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, SecurityScheme>> }
}

/** How credentials are made: `undefined` says that there is no way. */
export interface Wallet {
  /** A credential of a scheme with these scopes and no others. */
  credential(
    scheme: string,
    scopes: readonly string[],
    request: Pick<AttackRequest, 'method' | 'target'>,
  ): Credential | undefined | Promise<Credential | undefined>
  /** One that looks like it and is refused; default: none is tried. */
  broken?(scheme: string): Credential
}

export interface Proof {
  /** Where server and document differ, a sentence each. */
  readonly differences: string[]
  readonly requests: number
  readonly operations: number
  /** What could not be sent: two credentials in one header, or none to be had. */
  readonly unsendable: number
}

export interface ProveOptions {
  /** Values for the names of parameters, where the samples of their schemas do not do. */
  readonly values?: Readonly<Record<string, string>>
  /** Bodies by method and path, where the samples of their schemas do not do. */
  readonly bodies?: Readonly<Record<string, string>>
  /** Headers by method and path that are no credentials, such as the origin that a login asks for. */
  readonly headers?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Looks at each request that was let in; default: it is not answered with 401 or 403. */
  readonly allowed?: (status: number) => boolean
  /** Is told before each request, and after it what is to be said against it. */
  readonly around?: { before(): void; after(allowed: boolean): string | undefined }
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'patch', 'trace']

/** What is sent: for each scheme the scopes that its credential grants; `broken` for one that is refused. */
type Sent = ReadonlyMap<string, readonly string[] | 'broken'>

export async function proveDocument(app: App, wallet: Wallet, options: ProveOptions = {}): Promise<Proof> {
  // As text: nothing of the app but what every client reads.
  const document = JSON.parse(JSON.stringify(app.openapi())) as Document
  const prover = new Prover(app, document, wallet, options)
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) if (item[method]) await prover.prove(method.toUpperCase(), path, item[method])
  }
  return prover
}

class Prover implements Proof {
  readonly differences: string[] = []
  requests = 0
  operations = 0
  unsendable = 0
  readonly #app: App
  readonly #document: Document
  readonly #wallet: Wallet
  readonly #options: ProveOptions

  constructor(app: App, document: Document, wallet: Wallet, options: ProveOptions) {
    this.#app = app
    this.#document = document
    this.#wallet = wallet
    this.#options = options
  }

  async prove(method: string, path: string, operation: OperationObject): Promise<void> {
    this.operations++
    const alternatives = (operation.security ?? this.#document.security ?? []).map(
      (each) => new Map(Object.entries(each)),
    )
    const required = new Map<string, Set<string>>()
    for (const alternative of alternatives)
      for (const [name, scopes] of alternative) required.set(name, new Set([...(required.get(name) ?? []), ...scopes]))
    const all = new Map([...required].map(([name, scopes]) => [name, [...scopes]] as const))

    const tries: Sent[] = [new Map()]
    // Every set of schemes with all that any alternative asks of them: up to 32, each alternative and what is beside it otherwise.
    if (all.size <= 5) tries.push(...subsets(all))
    for (const alternative of alternatives) {
      tries.push(alternative)
      for (const [name, scopes] of alternative) {
        const rest = new Map<string, readonly string[] | 'broken'>(alternative)
        rest.delete(name)
        tries.push(new Map(rest))
        if (this.#wallet.broken) tries.push(new Map(rest).set(name, 'broken'))
        if (scopes.length > 0) tries.push(new Map(rest).set(name, []))
        for (const scope of scopes)
          tries.push(
            new Map(rest).set(
              name,
              scopes.filter((other) => other !== scope),
            ),
          )
      }
    }
    if (operation.requestBody) await this.#try(method, path, operation, alternatives, new Map(), '{"broken":')
    const seen = new Set<string>()
    for (const sent of tries) {
      const key = JSON.stringify([...sent].sort())
      if (seen.has(key)) continue
      seen.add(key)
      await this.#try(method, path, operation, alternatives, sent)
    }
  }

  async #try(
    method: string,
    path: string,
    operation: OperationObject,
    alternatives: readonly ReadonlyMap<string, readonly string[]>[],
    sent: Sent,
    body?: string,
  ): Promise<void> {
    const fitting = await this.#request(method, path, operation, sent)
    if (fitting === undefined) {
      this.unsendable++
      return
    }
    const request = body === undefined ? fitting : { ...fitting, body }
    this.requests++
    this.#options.around?.before()
    const answer = await send(this.#app, request, 10_000)
    const where = `${method} ${path} with ${describe(sent)}`
    if (answer === undefined) {
      this.differences.push(`${where}: no answer`)
      return
    }
    const { status } = answer
    const refused = status === 401 || status === 403
    const against = this.#options.around?.after(!refused)
    if (against) this.differences.push(`${where}: ${against}`)
    const said = predict(alternatives, sent)
    // Who is refused is refused before the body is read; of who is let in, a broken one says nothing here.
    if (body !== undefined && said !== 'refused') return
    const { allowed = () => true } = this.#options
    if (said === 'refused' && !refused)
      this.differences.push(`${where}: the document says refused, the server ${status}`)
    if (said === 'allowed' && (refused || !allowed(status)))
      this.differences.push(`${where}: the document says allowed, the server ${status} ${answer.text.slice(0, 200)}`)
    if (said === 'either' && !refused && !allowed(status))
      this.differences.push(`${where}: the server fails with ${status} ${answer.text.slice(0, 200)}`)
    if (!refused) return
    const documented = operation.responses[status]
    if (documented === undefined) this.differences.push(`${where}: ${status} is not in the document`)
    else if (answer.headers.has('www-authenticate') && documented.headers?.['WWW-Authenticate'] === undefined)
      this.differences.push(`${where}: the challenge of ${status} is not in the document`)
  }

  async #request(
    method: string,
    path: string,
    operation: OperationObject,
    sent: Sent,
  ): Promise<AttackRequest | undefined> {
    const { values = {} } = this.#options
    const textFor = (name: string, schema: Schema | undefined): string =>
      values[name] ?? String(sampleOf(schema ?? {}, this.#root(schema)))
    let target = path
    const headers: [string, string][] = []
    let request: AttackRequest = { method, target, headers }
    for (const { name, in: place, required, schema } of operation.parameters ?? []) {
      const value = textFor(name, schema)
      if (place === 'path') target = target.replace(`{${name}}`, encodeURIComponent(value))
      if (required !== true && !Object.hasOwn(values, name)) continue
      if (place === 'header') headers.push([name, value])
      if (place === 'cookie') request = withCookie(request, name, value)
    }
    request = {
      ...request,
      target,
      headers: [...headers, ...request.headers.filter((header) => !headers.includes(header as never))],
    }
    for (const { name, in: place, required, schema } of operation.parameters ?? []) {
      if (place === 'query' && required) request = withQuery(request, name, textFor(name, schema))
    }
    const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
    if (type !== undefined) {
      const value = sampleOf(media?.schema ?? {}, this.#root(media?.schema))
      const form = type === 'application/x-www-form-urlencoded'
      const own = this.#options.bodies?.[`${method} ${path}`]
      const body =
        own !== undefined
          ? own
          : form
            ? new URLSearchParams(value as Record<string, string>).toString()
            : JSON.stringify(value)
      request = { ...request, headers: [...request.headers, ['content-type', type]], body }
    }
    const own = Object.entries(this.#options.headers?.[`${method} ${path}`] ?? {})
    return this.#withCredentials({ ...request, headers: [...request.headers, ...own] }, sent)
  }

  async #withCredentials(given: AttackRequest, sent: Sent): Promise<AttackRequest | undefined> {
    let request = given
    const taken = new Set<string>()
    for (const [name, scopes] of sent) {
      const model = this.#document.components?.securitySchemes?.[name]
      if (model === undefined) throw new Error(`The document has no security scheme ${name}`)
      const place = placeOf({ model: model as Parameters<typeof placeOf>[0]['model'] })
      const at = 'name' in place ? `${place.in} ${place.name.toLowerCase()}` : place.in
      const credential =
        scopes === 'broken' ? this.#wallet.broken?.(name) : await this.#wallet.credential(name, scopes, request)
      if (credential === undefined || taken.has(at)) return undefined
      taken.add(at)
      request = withCredential(request, place, credential)
    }
    return request
  }

  /** References in a document lead from its root. */
  #root(schema: Schema | undefined): Schema {
    return schema === undefined ? {} : (this.#document as unknown as Schema)
  }
}

/**
 * What the document says of a request. A credential that is sent and is not good enough may be refused although another alternative
 * is complete: that is not for the document to say.
 */
function predict(
  alternatives: readonly ReadonlyMap<string, readonly string[]>[],
  sent: Sent,
): 'allowed' | 'refused' | 'either' {
  const enough = (name: string, scopes: readonly string[]): boolean => {
    const granted = sent.get(name)
    return granted !== undefined && granted !== 'broken' && scopes.every((scope) => granted.includes(scope))
  }
  const complete =
    alternatives.length === 0 || alternatives.some((each) => [...each].every(([name, scopes]) => enough(name, scopes)))
  if (!complete) return 'refused'
  const deficient = alternatives.some((each) =>
    [...each].some(([name, scopes]) => sent.has(name) && !enough(name, scopes)),
  )
  return deficient ? 'either' : 'allowed'
}

function subsets(all: ReadonlyMap<string, readonly string[]>): Sent[] {
  const entries = [...all]
  return Array.from({ length: 2 ** entries.length }, (_, bits) => new Map(entries.filter((_, at) => bits & (1 << at))))
}

function describe(sent: Sent): string {
  if (sent.size === 0) return 'no credentials'
  return [...sent]
    .map(([name, scopes]) => `${name} ${scopes === 'broken' ? scopes : `[${scopes.join(' ')}]`}`)
    .join(' and ')
}
