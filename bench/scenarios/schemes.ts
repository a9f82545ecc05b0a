/** 8: Basic and API keys. */
import type { Check } from '../measure/checks.ts'
import { compare, resultOf } from '../measure/compare.ts'
import type { RunningServer } from '../measure/server.ts'
import type { Request, Traffic } from '../measure/traffic.ts'
import { keyOf, MACHINES, passwordOf } from '../peers/contract.ts'
import { publicUserOf } from './requests.ts'
import type { Scenario } from './scenario.ts'

const PEERS = ['sallyport', 'bare', 'fastify', 'hono']
const MACHINE_NAMES = Array.from({ length: MACHINES }, (_, number) => `user${number}`)

const withPassword = (name: string, password = passwordOf(name)): Request => ({
  path: '/basic',
  headers: { Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` },
})
const withKey = (key: string): Request => ({ path: '/key', headers: { 'X-API-Key': key } })

export const schemes: Scenario = {
  number: '8',
  title: 'Basic and API key',
  async run(context) {
    const basicChecks: Check[] = [
      { what: 'a right password', request: withPassword('user3'), status: 200, body: publicUserOf('user3') },
      { what: 'a wrong password', request: withPassword('user3', 'wrong'), status: 401 },
      { what: 'an unknown name', request: withPassword('nobody', passwordOf('user3')), status: 401 },
      { what: 'no password', request: { path: '/basic' }, status: 401 },
      // One after the other: fifty first logins at once from one address would be guessing, and are slowed down.
      ...MACHINE_NAMES.map((name) => ({
        what: `the first login of ${name}`,
        request: withPassword(name),
        status: 200,
        body: publicUserOf(name),
      })),
    ]
    const keyChecks: Check[] = [
      { what: 'an unknown key', request: withKey(keyOf('nobody')), status: 401 },
      { what: 'no key', request: { path: '/key' }, status: 401 },
    ]
    const basic: Traffic = { requests: MACHINE_NAMES.map((name) => withPassword(name)) }
    const keys = async (server: RunningServer): Promise<Traffic> => {
      // Ours makes its keys itself; the others are given theirs.
      const issued = server.name === 'sallyport' ? ((await server.ask('keys')) as string[]) : MACHINE_NAMES.map(keyOf)
      return { requests: issued.map(withKey) }
    }
    return {
      '8-basic': resultOf(
        'Basic',
        await compare(
          PEERS.map((name) => ({ name, traffic: basic })),
          basicChecks,
          context,
        ),
      ),
      '8-key': resultOf(
        'API key',
        await compare(
          PEERS.map((name) => ({ name, traffic: keys })),
          keyChecks,
          context,
        ),
      ),
    }
  },
}
