/** The requests that scenarios send, and the answers that are right. */
import type { Check } from '../measure/checks.ts'
import { tokenFor, unsignedToken } from '../measure/tokens.ts'
import type { Request, Traffic } from '../measure/traffic.ts'
import { type User, users } from '../peers/contract.ts'

export const me = (token: string, path = '/users/me'): Request => ({
  path,
  headers: { Authorization: `Bearer ${token}` },
})

const USERS = [...users.keys()]
const UNCHECKED = ['bare', 'bun-bare']

/** A token of each of the hundred users, in turn. */
export function warmTraffic(path?: string): Traffic {
  return { requests: USERS.map((name, number) => me(tokenFor(name, number), path)) }
}

/** Tokens of which each is sent once. */
export function coldTraffic(file: string): Traffic {
  return { request: me('{token}'), file, place: '{token}' }
}

/** What of a user may leave. */
export function publicUserOf(name: string): Omit<User, 'hashedPassword'> {
  const { hashedPassword: _, ...rest } = users.get(name) as User
  return rest
}

/** Good and bad tokens. Who checks nothing answers user0 to all, and is asked for nobody else. */
export function tokenChecks(): Check[] {
  const good = tokenFor('user0', 1)
  const [header, payload, signature] = good.split('.') as [string, string, string]
  const other = tokenFor('user1', 1).split('.')[1] as string
  const bad: readonly (readonly [string, Request])[] = [
    ['no credential', { path: '/users/me' }],
    ['garbage', me('garbage')],
    ['a changed payload', me(`${header}.${other}.${signature}`)],
    ['a cut signature', me(`${header}.${payload}.${signature.slice(0, 20)}`)],
    ['another secret', me(tokenFor('user0', 1, 'another secret of thirty-two bytes or more'))],
    ['a token that has expired', me(tokenFor('user0', 1, undefined, -60))],
    ['a token without a signature', me(unsignedToken('user0'))],
    ['a user who is not there', me(tokenFor('nobody', 1))],
  ]
  return [
    { what: 'a good token', request: me(good), status: 200, body: publicUserOf('user0') },
    { what: 'the same token again', request: me(good), status: 200, body: publicUserOf('user0') },
    {
      what: "another user's token",
      request: me(tokenFor('user42', 1)),
      status: 200,
      body: publicUserOf('user42'),
      except: UNCHECKED,
    },
    ...bad.map(([what, request]) => ({ what, request, status: 401, except: UNCHECKED })),
  ]
}

/** A body of 1 KB. */
export const ORDER = {
  title: 'Twelve oak planks for the drawbridge',
  description: 'Seasoned for two years, planed on both sides, without knots near the ends. '.repeat(7).trim(),
  email: 'steward@castle.example',
  price: 129.5,
  quantity: 12,
  express: false,
  tags: ['oak', 'bridge', 'seasoned', 'urgent'],
  address: { street: '1 Gatehouse Lane', city: 'Sallybridge', zip: '01234', country: 'DE' },
  lines: Array.from({ length: 6 }, (_, at) => ({ sku: `OAK-PLANK-${at}`, amount: at + 1 })),
}

/** The right answer to it. */
export const ORDERED = {
  id: 1,
  title: ORDER.title,
  price: ORDER.price,
  quantity: ORDER.quantity,
  tags: ORDER.tags,
  city: ORDER.address.city,
}

export const postOrder = (body: unknown = ORDER): Request => ({
  method: 'POST',
  path: '/orders',
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
