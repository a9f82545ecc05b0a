/**
 * What every server of the benchmark does: the same secret, users, schemas and answers. Only what a framework has of its own is
 * written in its own file.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** The secret that all tokens are signed with: HS256. */
export const SECRET: string = process.env.BENCH_SECRET ?? 'the secret of the benchmark, known to all peers'

/** Where a server listens: the benchmark chooses a free port. */
export const PORT: number = Number(process.env.PORT ?? 8000)

/** What of a server is wanted, for those that come in several forms. */
export const VARIANT: string = process.argv[2] ?? ''

/** A stored user. The hash must never leave. */
export interface User {
  readonly name: string
  readonly email: string
  readonly full_name: string
  readonly disabled: boolean
  readonly hashedPassword: string
}

/** A hundred users: user0 to user99. The hash stands for one; what verifies passwords makes its own. */
export const users: ReadonlyMap<string, User> = new Map(
  Array.from({ length: 100 }, (_, number) => {
    const name = `user${number}`
    const email = `${name}@example.com`
    const hashedPassword = `$argon2id$v=19$m=19456,t=2,p=1$${'c29tZXNhbHQ'}$${'A'.repeat(43)}`
    return [name, { name, email, full_name: `User Number ${number}`, disabled: false, hashedPassword }]
  }),
)

/** What of a user may leave. */
export const UserOut = z
  .object({ name: z.string(), email: z.string(), full_name: z.string(), disabled: z.boolean() })
  .meta({ id: 'User' })

/** The same by hand, for those who have no response schema. */
export function publicUser({ name, email, full_name, disabled }: User): z.infer<typeof UserOut> {
  return { name, email, full_name, disabled }
}

/** The same as JSON Schema, for those who serialize by it. */
export const USER_JSON_SCHEMA = {
  type: 'object',
  required: ['name', 'email', 'full_name', 'disabled'],
  properties: {
    name: { type: 'string' },
    email: { type: 'string' },
    full_name: { type: 'string' },
    disabled: { type: 'boolean' },
  },
} as const

/** A body of about 1 KB. */
export const NewOrder = z
  .object({
    title: z.string().min(1).max(200),
    description: z.string().max(1000),
    email: z.email(),
    price: z.number().min(0),
    quantity: z.int().min(1).max(1000),
    express: z.boolean(),
    tags: z.array(z.string().min(1).max(40)).max(20),
    address: z.object({
      street: z.string().max(100),
      city: z.string().max(100),
      zip: z.string().regex(/^\d{5}$/),
      country: z.string().length(2),
    }),
    lines: z.array(z.object({ sku: z.string().max(20), amount: z.int().min(1) })).max(50),
  })
  .meta({ id: 'NewOrder' })

/** What of an order may leave. */
export const OrderOut = z
  .object({
    id: z.int(),
    title: z.string(),
    price: z.number(),
    quantity: z.int(),
    tags: z.array(z.string()),
    city: z.string(),
  })
  .meta({ id: 'Order' })

/** The same as JSON Schema. */
export const ORDER_JSON_SCHEMA = {
  type: 'object',
  required: ['id', 'title', 'price', 'quantity', 'tags', 'city'],
  properties: {
    id: { type: 'integer' },
    title: { type: 'string' },
    price: { type: 'number' },
    quantity: { type: 'integer' },
    tags: { type: 'array', items: { type: 'string' } },
    city: { type: 'string' },
  },
} as const

/** A stored order, with what must not leave. */
export interface Order extends z.infer<typeof OrderOut> {
  readonly margin: number
  readonly internalNote: string
}

/** What an order becomes when it is stored. */
export function storeOrder({ title, price, quantity, tags, address }: z.infer<typeof NewOrder>): Order {
  return { id: 1, title, price, quantity, tags, city: address.city, margin: 0.4, internalNote: 'for us alone' }
}

/** What of an order may leave, by hand. */
export function publicOrder({ id, title, price, quantity, tags, city }: Order): z.infer<typeof OrderOut> {
  return { id, title, price, quantity, tags, city }
}

/** Path and query of the public GET, for those who take Zod there. */
export const ItemPath = z.object({ id: z.coerce.number().int() })
export const ItemQuery = z.object({ q: z.string().optional() })

/** Ten users of Basic and of API keys: their passwords are random enough for a machine, not for a person. */
export const MACHINES = 10
export const passwordOf = (name: string): string => createHmac('sha256', SECRET).update(name).digest('base64url')
/** An API key in the form that ours issues, made by the benchmark: what comes before the server starts cannot be asked for. */
export const keyOf = (name: string): string =>
  `bench_${createHmac('sha256', SECRET).update(`key ${name}`).digest('hex')}`
/** The password of the login, and its name. */
export const LOGIN = { username: 'user0', password: 'a long sentence to log in with' } as const

/** What peers that keep no Argon2id hashes compare with: SHA-256, fit for random passwords only. */
export const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()
export const passwordDigests: ReadonlyMap<string, Buffer> = new Map(
  Array.from({ length: MACHINES }, (_, number) => [`user${number}`, digestOf(passwordOf(`user${number}`))]),
)
export const keyOwners: ReadonlyMap<string, string> = new Map(
  Array.from({ length: MACHINES }, (_, number) => [
    digestOf(keyOf(`user${number}`)).toString('base64'),
    `user${number}`,
  ]),
)

/** Whether a password is that of a name: the same work for a name that is not there. */
export function checkPassword(name: string, password: string): boolean {
  const stored = passwordDigests.get(name)
  return timingSafeEqual(digestOf(password), stored ?? NOBODY) && stored !== undefined
}

const NOBODY = digestOf('nobody')

/** Whose an API key is. */
export function userOfKey(key: string): User | undefined {
  return users.get(keyOwners.get(digestOf(key).toString('base64')) ?? '')
}
