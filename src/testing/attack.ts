import type { App } from '../app.ts'
import type { Scheme } from '../declaration.ts'
import { formsOf } from './attack-forms.ts'
import { Judge } from './attack-judge.ts'
import { type AttackOptions, assertAttackOptions, type CredentialContext } from './attack-options.ts'
import { judgeDeclaration, judgeOpaque } from './attack-policy.ts'
import { Purse } from './attack-purse.ts'
import { AttackReport } from './attack-report.ts'
import { type Opaque, satisfies, type Target, targetsOf } from './attack-target.ts'
import { tricksOf } from './attack-tricks.ts'
import { attackVerified, hostileInputs } from './attack-verified.ts'
import { refuseProduction } from './production.ts'

/**
 * Attacks an app in every way that its own plan suggests, and reports each hole.
 *
 * For every operation it sends requests without credentials, with malformed, foreign, forged, expired and misdirected ones, with
 * credentials at other places and with scopes missing, in other methods and spellings of the path, with headers that proxies set and
 * bodies that nobody should read; and it watches whether a handler ran. What it would need credentials for and has none is reported
 * as skipped.
 *
 * The requests are sent one after the other and in process. Those with valid credentials run handlers: attack an app that has test
 * data. Where logins or keys are slowed down after failures, give the app under test a throttle that does not.
 *
 * @param app the app; those mounted in it are attacked, too.
 * @throws ProductionError where `NODE_ENV` is `production`.
 * @throws TypeError for an unknown option, and for one that names a scheme or operation that the app does not have.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { JWT } from 'sallyport/jwt'
 * import { HTTPBearer } from 'sallyport/security'
 * import { attack } from 'sallyport/testing'
 *
 * const tokens = new JWT({ secret: 'at least 32 bytes that nobody guesses', issuer: 'accounts', audience: 'accounts', expiresIn: '30m' })
 * const app = new App()
 * app.get('/me', { params: { user: new HTTPBearer({ verify: tokens }) } }, ({ user }) => ({ name: user.subject }))
 *
 * const report = await attack(app, { credentials: { HTTPBearer: { valid: () => tokens.sign({ sub: 'johndoe' }) } } })
 * report.assert() // throws with all holes as sentences
 * ```
 * @see https://owasp.org/www-project-web-security-testing-guide/
 */
export async function attack(app: App, options: AttackOptions = {}): Promise<AttackReport> {
  refuseProduction('attack()')
  assertAttackOptions(options)
  const { targets, opaque } = targetsOf(app, options.samples ?? {})
  const judge = new Judge(app, options)
  const purse = new Purse(options.credentials ?? {}, judge)
  purse.assertKnown(
    new Set(targets.flatMap(({ operation }) => operation.plan.schemes.map(({ schemeName }) => schemeName))),
  )
  assertNames(targets, opaque, options)
  const unwatch = judge.watch(targets)
  try {
    judgeDeclaration(judge, app, targets, options)
    for (const target of targets) {
      if (options.skip?.includes(target.where)) judge.skip(target.where, 'everything', 'the option skip names it')
      else if (target.open) await attackOpen(judge, target)
      else await attackSecured(judge, purse, target)
    }
    for (const each of opaque) await judgeOpaque(judge, each, targets, options)
  } finally {
    unwatch()
  }
  const { holes: failures, skipped, notes, requests } = judge
  return new AttackReport({ failures, skipped, notes, requests, operations: targets.length })
}

function assertNames(
  targets: readonly Target[],
  opaque: readonly Opaque[],
  { samples = {}, skip = [] }: AttackOptions,
): void {
  for (const name of [
    ...Object.keys(samples),
    ...skip.filter((name) => !opaque.some(({ prefix }) => prefix === name)),
  ]) {
    if (!targets.some(({ where }) => where === name))
      throw new TypeError(`attack(): samples and skip name ${name}, which is no operation of the app.`)
  }
}

async function attackSecured(judge: Judge, purse: Purse, target: Target): Promise<void> {
  const { operation, request } = target
  const { answer } = await judge.refused(target, 'no credentials', request)
  const context: CredentialContext = {
    method: request.method,
    target: request.target,
    challenge: answer?.headers.get('www-authenticate') ?? '',
  }
  for (const scheme of operation.plan.schemes) await attackScheme(judge, purse, target, scheme, context)
  for (const requirement of operation.plan.requirements) {
    await attackVerified({ judge, purse, target, requirement, context })
  }
  await attackDoor(judge, target)
}

/** What is no credential of a scheme, beside good ones of those that are required with it. */
async function attackScheme(
  judge: Judge,
  purse: Purse,
  target: Target,
  scheme: Scheme,
  context: CredentialContext,
): Promise<void> {
  const { where, request, operation } = target
  const requirement = operation.plan.requirements.find((each) => each.has(scheme))
  const others = [...(requirement?.keys() ?? [])].filter((other) => other !== scheme)
  const fill =
    requirement !== undefined &&
    others.length > 0 &&
    purse.holds([scheme, ...others]) &&
    !satisfies(operation.plan, new Map(others.map((other) => [other, 'all'])))
  for (const form of formsOf(scheme, judge.plant())) {
    if (form.kind === 'wrong' && purse.of(scheme).unverified) continue
    const base = fill ? await purse.fill(request, requirement, context, scheme) : request
    await judge.refused(target, `${scheme.schemeName}: ${form.name}`, form.apply(base), true)
  }
  if (purse.of(scheme).unverified)
    judge.skip(where, `wrong credentials of ${scheme.schemeName}`, 'the options say that nobody verifies them')
}

async function attackDoor(judge: Judge, target: Target): Promise<void> {
  for (const { name, kind, request } of tricksOf(target.request)) {
    if (kind === 'exact') await judge.refused(target, name, request, true)
    else await judge.harmless(target, name, request)
  }
}

/** What is open may still fail, tell secrets, or stand behind a guard that the plan does not know. */
async function attackOpen(judge: Judge, target: Target): Promise<void> {
  const { operation, where, request } = target
  const { answer, handlers } = await judge.send(where, 'no credentials', request)
  const ran = handlers.includes(target)
  if (operation.plan.schemes.length > 0 && ran && answer !== undefined && answer.status >= 500) {
    judge.hole(
      'needs-optional',
      where,
      `the answer is ${answer.status} without credentials, which are declared as optional. Require them, or do without`,
      'no credentials',
    )
  }
  for (const input of hostileInputs(judge, target)) await judge.send(where, input.name, input.request)
  if (ran || answer === undefined || (answer.status !== 401 && answer.status !== 403)) return
  judge.note(`${where} is declared as open, and something that the plan and the document do not know refuses it.`)
  for (const { name, request: trick } of tricksOf(request)) await judge.harmless(target, name, trick)
}
