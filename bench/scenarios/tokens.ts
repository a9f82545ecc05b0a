/** 1, 2 and 3: tokens that are known, new, and refused. */
import { compare, resultOf, type Target } from '../measure/compare.ts'
import { type Result, rounded } from '../measure/figures.ts'
import { countHashes } from '../measure/in-process.ts'
import { tokenFor } from '../measure/tokens.ts'
import type { Traffic } from '../measure/traffic.ts'
import { coldTraffic, me, tokenChecks, warmTraffic } from './requests.ts'
import type { Scenario } from './scenario.ts'

const FRAMEWORKS = ['fastify', 'hono', 'elysia', 'h3', 'express', 'nest', 'fastapi']
const all = (traffic: Traffic, servers: readonly string[], refused = false): Target[] =>
  servers.map((name) => ({ name, traffic, refused }))

export const warm: Scenario = {
  number: '1',
  title: 'Protected GET, warm tokens of 100 users',
  async run(context) {
    const traffic = warmTraffic()
    const caching = ['bare-cache', 'fastify-cache', 'hono-cache']
    const onNode = [
      ...all(traffic, ['sallyport']),
      { name: 'sallyport-by-hand', server: 'sallyport', traffic: warmTraffic('/by-hand/me') },
      ...all(traffic, ['bare', 'bare-verify', ...caching, ...FRAMEWORKS]),
    ]
    const onBun = all(traffic, ['sallyport-bun', 'bun-bare', 'bun-hono', 'bun-elysia'])
    const checks = tokenChecks()
    return {
      '1': resultOf(this.title, await compare(onNode, checks, context)),
      '1-bun': resultOf(`${this.title}, on Bun`, await compare(onBun, checks, context), 'sallyport-bun'),
    }
  },
}

export const cold: Scenario = {
  number: '2',
  title: 'Protected GET, each token seen once',
  async run(context) {
    const targets = all(coldTraffic(context.tokens()), ['sallyport', 'bare-verify', ...FRAMEWORKS])
    return { '2': resultOf(this.title, await compare(targets, tokenChecks(), context)) }
  },
}

export const refused: Scenario = {
  number: '3',
  title: 'Refused',
  async run(context) {
    const peers = ['sallyport', 'bare-verify', ...FRAMEWORKS]
    const accepted: Target = { name: 'sallyport-accepted', server: 'sallyport', traffic: warmTraffic() }
    const none: Traffic = { requests: [{ path: '/users/me' }] }
    const garbage: Traffic = {
      requests: Array.from({ length: 100 }, (_, number) => me(`garbage-${number}-${'x'.repeat(150)}`)),
    }
    const [header, payload] = tokenFor('user0', 1).split('.')
    const forged: Traffic = {
      requests: Array.from({ length: 100 }, (_, number) =>
        me(`${header}.${payload}.${Buffer.alloc(32, number).toString('base64url')}`),
      ),
    }
    const long: Traffic = { requests: [me(`${header}.${'A'.repeat(9000)}.${'A'.repeat(43)}`)] }
    const checks = tokenChecks()
    const forNone = await compare([...all(none, peers, true), accepted], checks, context)
    const forGarbage = await compare(
      [
        ...all(garbage, peers, true),
        accepted,
        { name: 'sallyport-forged', server: 'sallyport', traffic: forged, refused: true },
        { name: 'sallyport-over-8-KiB', server: 'sallyport', traffic: long, refused: true },
      ],
      checks,
      context,
    )
    const hashes = (await countHashes()).filter(({ length }) => length > 8192)
    return {
      '3': withAccepted(resultOf('Refused: no credential', forNone)),
      '3-garbage': withAccepted(resultOf('Refused: a garbage credential', forGarbage), {
        'hashes over 8 KiB': hashes.reduce((sum, { hashes }) => sum + hashes, 0),
      }),
    }
  },
}

function withAccepted(result: Result, more: Readonly<Record<string, number>> = {}): Result {
  const { sallyport = Number.NaN, 'sallyport-accepted': accepted = Number.NaN } = result.medians
  return { ...result, facts: { 'refused to accepted': rounded(sallyport / accepted, 3), ...more } }
}
