import type { Scheme } from '../declaration.ts'
import type { Requirement } from '../requirement.ts'
import { certificateMisses } from './attack-certificates.ts'
import { placeOf, textOf, withCredential, withHeader, withTextIn } from './attack-credentials.ts'
import { elsewhere, nearMisses } from './attack-forms.ts'
import type { Judge } from './attack-judge.ts'
import type { Credential, CredentialContext } from './attack-options.ts'
import type { Purse } from './attack-purse.ts'
import type { AttackRequest } from './attack-requests.ts'
import { lackOf, stepTo } from './attack-steps.ts'
import { satisfies, type Target } from './attack-target.ts'
import { decodeToken, forgeriesOf, MINTED } from './attack-tokens.ts'
import { EVIL_HOST } from './attack-tricks.ts'
import { certificateOfText, strangersCertificate } from './certificate-text.ts'

interface Attacked {
  readonly judge: Judge
  readonly purse: Purse
  readonly target: Target
  readonly requirement: Requirement
  readonly context: CredentialContext
}

/** What can be tried with a good credential in hand, at one alternative of an operation's requirements. */
export async function attackVerified(given: Attacked): Promise<void> {
  const { judge, purse, target, requirement, context } = given
  const schemes = [...requirement.keys()]
  const names = schemes.map(({ schemeName }) => schemeName).join(' and ')
  if (!purse.holds(schemes)) {
    const [reason, next] = lackOf(purse, schemes)
    judge.skip(target.where, `everything that needs valid credentials of ${names}`, reason, next)
    return
  }
  if (
    !(await judge.accepted(
      target,
      `a valid credential of ${names}`,
      await purse.fill(target.request, requirement, context),
    ))
  )
    return
  await hostileBody(given)
  for (const scheme of schemes) {
    await lessOne(given, scheme)
    if (purse.of(scheme).unverified) continue
    const base = await purse.fill(target.request, requirement, context, scheme)
    const credential = await purse.valid(scheme, context)
    await misses(given, scheme, base, credential)
    await forgeries(given, scheme, base, credential)
    await parts(given, scheme, base)
    await replay(given, scheme, credential)
    await scopes(given, scheme)
  }
}

/** All that is required less the credentials of one scheme. */
async function lessOne({ judge, purse, target, requirement, context }: Attacked, scheme: Scheme): Promise<void> {
  const rest = [...requirement.keys()].filter((other) => other !== scheme)
  if (rest.length === 0 || satisfies(target.operation.plan, new Map(rest.map((other) => [other, 'all'])))) return
  const request = await purse.fill(target.request, requirement, context, scheme)
  await judge.refused(target, `valid credentials, but none of ${scheme.schemeName}`, request)
}

/** Whether good credentials of the other schemes would be enough without this one's. */
function enoughWithout({ target, requirement }: Attacked, scheme: Scheme): boolean {
  const rest = [...requirement.keys()].filter((other) => other !== scheme)
  return satisfies(target.operation.plan, new Map(rest.map((other) => [other, 'all'])))
}

async function misses(given: Attacked, scheme: Scheme, base: AttackRequest, credential: Credential): Promise<void> {
  const { judge, purse, target } = given
  if (enoughWithout(given, scheme)) return
  const place = placeOf(scheme)
  const text = textOf(credential, place)
  if (text !== undefined && place.in === 'connection') {
    for (const { name, apply } of certificateMisses(certificateOfText(text)))
      await judge.refused(target, `a valid certificate of ${scheme.schemeName}: ${name}`, apply(base), true)
    return
  }
  if (text === undefined || place.in === 'connection') {
    judge.skip(target.where, `nearly valid credentials of ${scheme.schemeName}`, 'a valid one has no text at its place')
    return
  }
  const basic = place.in === 'authorization' && place.authScheme.toLowerCase() === 'basic'
  const colon = basic ? text.indexOf(':') + 1 : 0
  for (const miss of nearMisses(text.slice(colon))) {
    if (place.in === 'cookie' && /[",]/.test(miss.text)) continue // the quotes of a cookie are no part of it
    // One that is good once is made anew: otherwise it could be refused for its second use.
    const one = isOnce(given, scheme, credential) ? await purse.valid(scheme, given.context) : credential
    const own = textOf(one, place) ?? text
    const changed = nearMisses(own.slice(colon)).find(({ name }) => name === miss.name) ?? miss
    const request = withCredential(base, place, withTextIn(one, place, own.slice(0, colon) + changed.text))
    await judge.refused(target, `a valid credential of ${scheme.schemeName} ${miss.name}`, request, true)
  }
  const taken = target.operation.plan.schemes.map(placeOf)
  for (const form of elsewhere(place, text)) {
    const reads = taken.some(
      (each) => 'name' in each && form.name.toLowerCase().endsWith(` ${each.name.toLowerCase()}`),
    )
    if (!reads)
      await judge.refused(target, `a valid credential of ${scheme.schemeName}: ${form.name}`, form.apply(base), true)
  }
  if (place.in !== 'authorization') return
  const others = ['Basic', 'Bearer', 'Token', 'Digest', ''].filter(
    (other) => other.toLowerCase() !== place.authScheme.toLowerCase(),
  )
  for (const other of others) {
    const value = `${other} ${basic ? btoa(text) : text}`.trim()
    const name = `a valid credential of ${scheme.schemeName} ${other === '' ? 'without an auth-scheme' : `as ${other}`}`
    // A scheme that hands on the whole header leaves it to its verifier to look at the auth-scheme.
    await judge.refused(target, name, withHeader(base, 'authorization', value), true)
  }
}

async function forgeries(given: Attacked, scheme: Scheme, base: AttackRequest, credential: Credential): Promise<void> {
  const { judge, purse, target } = given
  if (enoughWithout(given, scheme)) return
  const place = placeOf(scheme)
  const { mint, publicKey } = purse.of(scheme)
  const text = textOf(credential, place)
  const { schemeName } = scheme
  const decoded = text === undefined ? undefined : decodeToken(text)
  if (text !== undefined && decoded) {
    for (const { name, token } of await forgeriesOf(text, publicKey)) {
      const one = isOnce(given, scheme, credential) ? await purse.valid(scheme, given.context) : credential
      const request = withCredential(base, place, withTextIn(one, place, token))
      await judge.refused(target, `${schemeName}: ${name}`, request, true)
    }
    // A token with a shared secret has no public key.
    if (publicKey === undefined && !/^HS/.test(String(decoded.header.alg))) {
      judge.skip(
        target.where,
        `${schemeName}: HS256 with the public key as secret`,
        'credentials has no publicKey',
        stepTo.publicKey(schemeName),
      )
    }
  }
  if (mint === undefined) {
    if (isToken(scheme))
      judge.skip(
        target.where,
        `${schemeName}: expired and misdirected tokens`,
        'credentials has no mint',
        stepTo.mint(schemeName),
      )
    return
  }
  for (const { name, ...changes } of MINTED) {
    const minted = await purse.mint(scheme, changes)
    if (minted === undefined) judge.skip(target.where, `${schemeName}: ${name}`, 'mint gives none')
    else await judge.refused(target, `${schemeName}: ${name}`, withCredential(base, place, minted), true)
  }
}

function isToken({ model }: Scheme): boolean {
  return (
    model.type === 'oauth2' ||
    model.type === 'openIdConnect' ||
    (model.type === 'http' && /^(?:bearer|dpop)$/i.test(model.scheme))
  )
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** A credential of several parts without one of them, and a cookie that another site makes the browser send. */
async function parts(given: Attacked, scheme: Scheme, base: AttackRequest): Promise<void> {
  const { judge, purse, target, context } = given
  const { schemeName } = scheme
  const credential = await purse.valid(scheme, context)
  if (typeof credential === 'string' || enoughWithout(given, scheme)) return
  const place = placeOf(scheme)
  const safe = SAFE.has(base.method)
  const count = [credential.headers, credential.query, credential.cookies].flatMap((all) =>
    Object.keys(all ?? {}),
  ).length
  for (const kind of ['headers', 'query', 'cookies'] as const) {
    for (const name of Object.keys(credential[kind] ?? {})) {
      // What keeps forged requests out is asked for where something changes.
      if (count < 2 || (safe && kind === 'headers' && !/^(?:authorization|dpop)$/i.test(name))) continue
      const rest = without(credential[kind] ?? {}, name)
      const fresh = { ...((await purse.valid(scheme, context)) as typeof credential), [kind]: rest }
      await judge.refused(
        target,
        `a valid credential of ${schemeName} without its ${name}`,
        withCredential(base, place, fresh),
        true,
      )
    }
  }
  // RFC 8705 §3: a token that is bound to a certificate is good on its connection alone.
  if (credential.certificate !== undefined && count > 0) {
    const { certificate: _, ...alone } = (await purse.valid(scheme, context)) as typeof credential
    const request = withCredential(base, place, alone)
    const name = `a valid credential of ${schemeName}`
    await judge.refused(target, `${name} without its certificate`, request, true)
    const stolen = { ...request, certificate: strangersCertificate() }
    await judge.refused(target, `${name} with the certificate of somebody else`, stolen, true)
  }
  if (safe || credential.cookies === undefined) return
  const headers = without(credential.headers ?? {}, 'origin')
  const forged = withCredential(base, place, {
    ...credential,
    headers: { ...headers, origin: `https://${EVIL_HOST}`, 'sec-fetch-site': 'cross-site' },
  })
  if (count > 1) await judge.refused(target, `${schemeName}: a request that another site started`, forged, true)
}

/** A record without one of its names; what tells where a request was started goes together, as one of it is enough. */
function without(record: Readonly<Record<string, string>>, name: string): Record<string, string> {
  const provenance = PROVENANCE.test(name)
  return Object.fromEntries(
    Object.entries(record).filter(([each]) => each !== name && !(provenance && PROVENANCE.test(each))),
  )
}

const PROVENANCE = /^(?:origin|referer|sec-fetch-site)$/i

/** A credential for one request must not do for a second one. */
async function replay(given: Attacked, scheme: Scheme, credential: Credential): Promise<void> {
  const { judge, purse, target, requirement, context } = given
  if (!isOnce(given, scheme, credential)) return
  const request = await purse.fill(target.request, requirement, context)
  if (await judge.accepted(target, `a fresh credential of ${scheme.schemeName}`, request))
    await judge.refused(target, `the same credential of ${scheme.schemeName} once more`, request)
}

/** Whether a credential is good for one request: those of Digest, and those with a proof of DPoP, unless the options say otherwise. */
function isOnce({ purse }: Attacked, scheme: Scheme, credential: Credential): boolean {
  const { model } = scheme
  const digest = model.type === 'http' && model.scheme.toLowerCase() === 'digest'
  const headers = typeof credential === 'string' ? [] : Object.keys(credential.headers ?? {})
  return purse.of(scheme).once ?? (digest || headers.some((name) => name.toLowerCase() === 'dpop'))
}

/** Each required scope is left out, alone and with all others; then one that looks like it stands in its place. */
async function scopes(given: Attacked, scheme: Scheme): Promise<void> {
  const { judge, purse, target, requirement, context } = given
  const required = requirement.get(scheme) ?? []
  if (required.length === 0) return
  if (purse.of(scheme).withScopes === undefined) {
    judge.skip(
      target.where,
      `missing scopes of ${scheme.schemeName}`,
      'credentials has no withScopes',
      stepTo.withScopes(scheme.schemeName),
    )
    return
  }
  const rest = [...requirement.keys()].filter((other) => other !== scheme)
  const less = new Map<string, readonly string[]>([['without any scope', []]])
  for (const scope of required) {
    const others = required.filter((other) => other !== scope)
    less.set(`without the scope ${scope}`, others)
    less.set(`with ${scope}x for ${scope}`, [...others, `${scope}x`])
    if (scope.length > 1) less.set(`with ${scope.slice(0, -1)} for ${scope}`, [...others, scope.slice(0, -1)])
    if (scope !== scope.toUpperCase())
      less.set(`with ${scope.toUpperCase()} for ${scope}`, [...others, scope.toUpperCase()])
  }
  const base = await purse.fill(target.request, requirement, context, scheme)
  for (const [name, granted] of less) {
    const had = new Map<Scheme, 'all' | readonly string[]>([
      ...rest.map((other) => [other, 'all'] as const),
      [scheme, granted],
    ])
    if (satisfies(target.operation.plan, had)) continue
    const attack = `a valid credential of ${scheme.schemeName} ${name}`
    const credential = await purse.withScopes(scheme, granted, context)
    if (credential === undefined) judge.skip(target.where, attack, 'withScopes gives none')
    else await judge.refused(target, attack, withCredential(base, placeOf(scheme), credential))
  }
}

/** What is wrong in a request may be said to who is let in; what was sent may not be repeated. */
async function hostileBody({ judge, purse, target, requirement, context }: Attacked): Promise<void> {
  for (const { name, request } of hostileInputs(judge, target)) {
    await judge.send(target.where, `valid credentials, and ${name}`, await purse.fill(request, requirement, context))
  }
}

/** Requests that do not fit what an operation reads, with a canary in each place. */
export function hostileInputs(
  judge: Judge,
  { operation, request }: Target,
): { name: string; request: AttackRequest }[] {
  const inputs: { name: string; request: AttackRequest }[] = []
  const { plan } = operation
  const queries = plan.params.filter(({ place }) => place === 'query')
  if (queries.length > 0) {
    const [path = ''] = request.target.split('?')
    const query = queries.map(({ name }) => `${encodeURIComponent(name)}=${judge.plant()}`).join('&')
    inputs.push({ name: 'a secret in the query', request: { ...request, target: `${path}?${query}` } })
  }
  if (plan.body === undefined) return inputs
  const headers = request.headers.filter(([name]) => name.toLowerCase() !== 'content-type')
  const typed = (type: string, body: string): AttackRequest => ({
    ...request,
    headers: [...headers, ['content-type', type]],
    body,
  })
  const fields = new Set([
    'password',
    'token',
    ...plan.body.params.flatMap((param) => (param.fields ?? [param]).map(({ name }) => name)),
  ])
  const secret = Object.fromEntries([...fields].map((name) => [name, [judge.plant()]]))
  return [
    ...inputs,
    { name: 'a secret in JSON', request: typed('application/json', JSON.stringify(secret)) },
    { name: 'a secret in broken JSON', request: typed('application/json', `{"password":"${judge.plant()}",`) },
    {
      name: 'a secret in a form',
      request: typed('application/x-www-form-urlencoded', `password=${judge.plant()}&grant_type=${judge.plant()}`),
    },
    { name: 'a secret under an unknown type', request: typed('application/x-sesame', judge.plant()) },
  ]
}
