/** 4 and 5: what is validated of path, query and body. */
import type { Check } from '../measure/checks.ts'
import { compare, resultOf } from '../measure/compare.ts'
import type { Traffic } from '../measure/traffic.ts'
import { ORDER, ORDERED, postOrder } from './requests.ts'
import type { Scenario } from './scenario.ts'

const PEERS = ['sallyport', 'bare', 'fastify', 'hono', 'elysia', 'h3', 'express', 'nest', 'fastapi']
const INVALID = [400, 422]

export const publicGet: Scenario = {
  number: '4',
  title: 'Public GET, a path integer and an optional query string, validated',
  async run(context) {
    const traffic: Traffic = {
      requests: Array.from({ length: 100 }, (_, id) => ({
        path: `/items/${id}${id % 2 === 0 ? `?q=oak+plank+${id}` : ''}`,
      })),
    }
    const checks: Check[] = [
      { what: 'a query', request: { path: '/items/7?q=oak+plank' }, status: 200, body: { id: 7, q: 'oak plank' } },
      { what: 'no query', request: { path: '/items/7' }, status: 200, body: { id: 7, q: null } },
      { what: 'no integer', request: { path: '/items/seven' }, status: INVALID },
      { what: 'a fraction', request: { path: '/items/7.5' }, status: INVALID },
    ]
    const targets = PEERS.map((name) => ({ name, traffic }))
    return { '4': resultOf(this.title, await compare(targets, checks, context)) }
  },
}

export const body: Scenario = {
  number: '5',
  title: 'POST of 1 KB of JSON validated by Zod, 201 with a filtered answer',
  async run(context) {
    const traffic: Traffic = { requests: [postOrder()] }
    const checks: Check[] = [
      { what: 'an order', request: postOrder(), status: 201, body: ORDERED },
      { what: 'a wrong type', request: postOrder({ ...ORDER, quantity: 'twelve' }), status: INVALID },
      { what: 'too many', request: postOrder({ ...ORDER, quantity: 1001 }), status: INVALID },
      { what: 'something missing', request: postOrder({ ...ORDER, address: undefined }), status: INVALID },
      { what: 'no address of mail', request: postOrder({ ...ORDER, email: 'steward' }), status: INVALID },
      { what: 'no JSON', request: postOrder('{"title"'), status: INVALID },
    ]
    const targets = PEERS.map((name) => ({ name, traffic }))
    return { '5': resultOf(this.title, await compare(targets, checks, context)) }
  },
}
