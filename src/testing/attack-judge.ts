import type { App } from '../app.ts'
import type { AttackOptions } from './attack-options.ts'
import type { Hole, HoleKind, Skipped } from './attack-report.ts'
import { type AttackAnswer, type AttackRequest, send } from './attack-requests.ts'
import type { Target } from './attack-target.ts'
import { EVIL_HOST } from './attack-tricks.ts'
import { AttackWire } from './attack-wire.ts'

/** What a request made run, and what it was answered with. */
export interface Outcome {
  /** Undefined when none came in time. */
  readonly answer: AttackAnswer | undefined
  /** The operations whose handlers ran. */
  readonly handlers: readonly Target[]
  /** The functions of dependencies that ran. */
  readonly dependencies: ReadonlySet<unknown>
}

/** Sends the requests of an attack, one after the other, and judges what comes back. */
export class Judge {
  readonly skipped: Skipped[] = []
  readonly notes: string[] = []
  requests = 0
  readonly #app: App
  readonly #timeout: number
  /** What requests go over; undefined in process. */
  readonly #wire: AttackWire | undefined
  readonly #canaries: readonly string[]
  readonly #state: (() => unknown) | undefined
  readonly #holes = new Map<string, { -readonly [Key in keyof Hole]: Hole[Key] } & { attacks: string[] }>()
  /** What was sent, and must not come back with a refusal. */
  readonly #sent = new Set<string>()
  readonly #controls = new Map<string, AttackAnswer | undefined>()
  #handlers: Target[] = []
  #dependencies = new Set<unknown>()
  #planted = 0

  constructor(app: App, { timeout = 10_000, canaries = [], state, url }: AttackOptions) {
    this.#app = app
    this.#timeout = timeout
    this.#wire = url === undefined ? undefined : new AttackWire(url)
    this.#canaries = canaries
    this.#state = state
  }

  get holes(): Hole[] {
    return [...this.#holes.values()]
  }

  /** Watches what runs of the operations, until the function that it gives is called. */
  watch(targets: readonly Target[]): () => void {
    for (const target of targets) {
      target.operation.watch({
        handler: () => this.#handlers.push(target),
        dependency: (declared) => this.#dependencies.add(declared),
      })
    }
    return () => {
      this.#wire?.[Symbol.dispose]()
      for (const { operation } of targets) operation.watch(undefined)
    }
  }

  hole(kind: HoleKind, where: string, what: string, attack?: string): void {
    const key = `${kind} ${where} ${what}`
    const known = this.#holes.get(key) ?? { kind, where, what, attacks: [] }
    this.#holes.set(key, known)
    if (attack !== undefined && !known.attacks.includes(attack)) known.attacks.push(attack)
  }

  /** @param next what to give so that it is tried; absent where the options say that there is nothing. */
  skip(where: string, attack: string, reason: string, next?: string): void {
    this.skipped.push(next === undefined ? { where, attack, reason } : { where, attack, reason, next })
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text)
  }

  /** A text that is in no other request: it must not come back. */
  plant(): string {
    const canary = `planted-${String(++this.#planted).padStart(5, '0')}-canary`
    this.#sent.add(canary)
    return canary
  }

  /** Says that a text is secret; short ones would be found anywhere. */
  keepSecret(texts: readonly string[]): void {
    for (const text of texts) if (text.length >= 8) this.#sent.add(text)
  }

  // ---- Judging ------------------------------------------------------------------------------------------------------------------

  /** A request that lacks what its operation requires: nothing may run, and the answer is 401 or 403 with a challenge. */
  async refused(target: Target, name: string, request: AttackRequest, lenient = false): Promise<Outcome> {
    const before = this.#snapshot()
    const outcome = await this.send(target.where, name, request)
    const { answer, handlers } = outcome
    for (const ran of handlers) {
      const own = ran === target
      if (own || !ran.open) this.hole('handler-ran', ran.where, own ? RAN : RAN_FOR(target.where), name)
    }
    if (answer === undefined || handlers.length > 0) return outcome
    if ([...target.behind].some((declared) => outcome.dependencies.has(declared))) {
      this.hole(
        'dependency-ran',
        target.where,
        'a dependency behind security ran, though the request was refused',
        name,
      )
    }
    if (before !== this.#snapshot()) {
      this.hole('state-changed', target.where, 'the state changed, though the request was refused', name)
    }
    const { status } = answer
    if (status < 400)
      this.hole(
        'answered',
        target.where,
        `the answer is ${status}, though no handler ran: something answers first`,
        name,
      )
    else if (status === 401) this.#challenged(target, name, answer)
    else if (status !== 403 && !(lenient && LENIENT.has(status)))
      this.hole('wrong-status', target.where, `the answer is ${status} where 401 or 403 is due`, name)
    return outcome
  }

  /** A request that may match nothing: what it must not do is run what is secured. */
  async harmless(target: Target, name: string, request: AttackRequest): Promise<Outcome> {
    const before = this.#snapshot()
    const outcome = await this.send(target.where, name, request)
    const { answer, handlers } = outcome
    for (const ran of handlers) {
      const guarded = ran === target && target.open
      if (!ran.open || guarded) this.hole('handler-ran', ran.where, RAN_BESIDE, name)
    }
    if (answer === undefined || handlers.length > 0) return outcome
    if (before !== this.#snapshot())
      this.hole('state-changed', target.where, 'the state changed, though no handler ran', name)
    if (answer.status === 500)
      this.hole('wrong-status', target.where, 'the answer is 500: something failed that should refuse', name)
    if (answer.status < 300 && request.method !== 'OPTIONS' && !(await this.#isControl(target, request, answer)))
      this.hole(
        'answered',
        target.where,
        `the answer is ${answer.status}, though no handler ran: something answers first`,
        name,
      )
    return outcome
  }

  /** A request with all that is required. Whether it was let in. */
  async accepted(target: Target, name: string, request: AttackRequest): Promise<boolean> {
    const { answer } = await this.send(target.where, name, request)
    if (answer === undefined) return false
    if (answer.status !== 401 && answer.status !== 403) return true
    this.hole(
      'valid-refused',
      target.where,
      `${name} is answered with ${answer.status}: with it refused, other refusals prove nothing`,
    )
    return false
  }

  /** Sends a request, and looks for what no answer may hold. */
  async send(where: string, name: string, request: AttackRequest): Promise<Outcome> {
    this.requests++
    this.#handlers = []
    this.#dependencies = new Set()
    const answer = await this.#deliver(request)
    const outcome = { answer, handlers: this.#handlers, dependencies: this.#dependencies }
    if (answer === undefined) this.hole('no-answer', where, `no answer came within ${this.#timeout} ms`, name)
    else this.#searched(where, name, answer)
    return outcome
  }

  #deliver(request: AttackRequest): Promise<AttackAnswer | undefined> {
    const wire = this.#wire
    return wire?.takes(request) ? wire.send(request, this.#timeout) : send(this.#app, request, this.#timeout)
  }

  /** Looks for secrets; what the request itself held may come back with a success only. */
  #searched(where: string, name: string, answer: AttackAnswer): void {
    const redirects = answer.status === 307 || answer.status === 308
    const held = [...answer.headers].filter(
      ([header]) => !header.startsWith('access-control-') && !(redirects && header === 'location'),
    )
    const places = [
      { place: 'body', text: answer.text },
      ...held.map(([header, value]) => ({ place: `header ${header}`, text: value })),
    ]
    for (const { place, text } of places) {
      if (this.#canaries.some((canary) => text.includes(canary)))
        this.hole('leak', where, `a canary stands in the ${place} of an answer with ${answer.status}`, name)
      if (answer.status < 400) continue
      for (const sent of this.#sent) {
        if (text.includes(sent)) {
          this.hole(
            'leak',
            where,
            `a credential or another secret that was sent stands in the ${place} of an answer with ${answer.status}`,
            name,
          )
          break
        }
      }
    }
    if (
      held.some(([header, value]) => header !== 'www-authenticate' && value.includes(EVIL_HOST)) ||
      answer.text.includes(EVIL_HOST)
    )
      this.hole('leak', where, `a host that the request names stands in an answer with ${answer.status}`, name)
  }

  #challenged({ where, operation }: Target, name: string, answer: AttackAnswer): void {
    const expected = operation.plan.schemes.flatMap((scheme) => challengeNames(scheme.makeNotAuthenticatedError()))
    if (expected.length === 0) return
    const challenge = answer.headers.get('www-authenticate')
    if (challenge === null) this.hole('no-challenge', where, 'a 401 has no WWW-Authenticate', name)
    else if (!expected.some((each) => namesIn(challenge).includes(each)))
      this.hole('no-challenge', where, `a 401 has no challenge of ${[...new Set(expected)].join(' or ')}`, name)
  }

  /** Whether the same comes back for what is certainly nothing: a page for everything that is not found. */
  async #isControl(target: Target, request: AttackRequest, answer: AttackAnswer): Promise<boolean> {
    const [path = ''] = request.target.split('?')
    const nothing =
      path === '/' ? '/' : `${target.path.slice(0, target.path.lastIndexOf('/'))}/sallyport-attack-nothing`
    const key = `${request.method} ${nothing}`
    if (!this.#controls.has(key)) {
      this.requests++
      this.#controls.set(key, await this.#deliver({ method: request.method, target: nothing, headers: [] }))
    }
    const control = this.#controls.get(key)
    return control?.status === answer.status && control.text === answer.text
  }

  #snapshot(): string | undefined {
    return this.#state && JSON.stringify(this.#state())
  }
}

const RAN = 'the handler ran without the credentials that it requires'
const RAN_BESIDE = 'the handler ran for a request that goes around its door'
const RAN_FOR = (where: string): string => `the handler ran without credentials, for a request to ${where}`

/** Beside 401 and 403: headers that cannot be read, that are too large, and too many tries. */
const LENIENT: ReadonlySet<number> = new Set([400, 413, 414, 429, 431])

/** The auth-schemes that a scheme challenges with, in lower case. */
function challengeNames({
  status,
  headers = {},
}: {
  status: number
  headers?: Readonly<Record<string, string | readonly string[]>> | undefined
}): string[] {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'www-authenticate')
  return status === 401 && name !== undefined ? namesIn([headers[name] ?? []].flat().join(', ')) : []
}

/** Every token that may begin a challenge; parameters have an equals sign. */
function namesIn(challenge: string): string[] {
  return [
    ...challenge.replace(/"(?:[^"\\]|\\.)*"/g, '""').matchAll(/(?:^|,)\s*([!#$%&'*+.^`|~\w-]+)(?=\s|,|$)(?!\s*=)/g),
  ].map(([, name = '']) => name.toLowerCase())
}
