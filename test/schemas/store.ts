/** What the three apps have in common: who there is, what they ordered, and who is calling. No schema is in here. */
import { dependency, HTTPException, Security, SecurityScopes } from 'sallyport'
import { OAuth2PasswordBearer } from 'sallyport/security'

/** What must not leave; and what a caller sends in the wrong place must not come back. */
export const SECRET = 'hunter2-is-stored'

interface Line {
  sku: string
  count: number
}

/** An order as it is asked for. */
export interface NewOrder {
  title: string
  price: number
  discount: number
  lines: Line[]
  note?: string | undefined
}

/** An order as it is kept: with more than anybody is told. */
export interface StoredOrder extends Omit<NewOrder, 'note'> {
  note?: string
  order_id: number
  status: 'open' | 'paid'
  tags: string[]
  margin: string
}

/** The users of one app, and their orders. */
export class Store {
  readonly john = {
    username: 'johndoe',
    email: null as string | null,
    hashed_password: SECRET,
    address: { city: 'Ghent', door_code: SECRET },
  }
  readonly orders: StoredOrder[] = [
    this.#stored({ title: 'Paper', price: 4, discount: 0, lines: [{ sku: 'PAP-1', count: 2 }] }, 1, 'paid', ['home']),
    this.#stored({ title: 'Ink', price: 9.5, discount: 1, lines: [{ sku: 'INK-7', count: 1 }] }, 2, 'open', []),
  ]

  add(order: NewOrder): StoredOrder {
    const stored = this.#stored(order, this.orders.length + 1, 'open', [])
    this.orders.push(stored)
    return stored
  }

  find(id: number): StoredOrder {
    const found = this.orders.find(({ order_id }) => order_id === id)
    if (!found) throw new HTTPException(404, 'Order not found')
    return found
  }

  select(wanted: { tags: string[]; limit: number; status?: 'open' | 'paid' | undefined }): StoredOrder[] {
    return this.orders
      .filter(({ tags }) => wanted.tags.every((tag) => tags.includes(tag)))
      .filter(({ status }) => wanted.status === undefined || status === wanted.status)
      .slice(0, wanted.limit)
  }

  #stored(order: NewOrder, order_id: number, status: 'open' | 'paid', tags: string[]): StoredOrder {
    const { note, ...rest } = order
    return { ...rest, ...(note === undefined ? {} : { note }), order_id, status, tags, margin: SECRET }
  }
}

const bearer = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Read what is yours.', buy: 'Order.' } })

/** A token for a login: the scopes themselves, as nothing is signed here. */
export function logIn(form: { username: string; password: string; scope: string }): {
  access_token: string
  token_type: 'bearer'
  scope: string
  secret: string
} {
  if (form.username !== 'johndoe' || form.password !== 'correct horse')
    throw new HTTPException(400, 'Incorrect username or password')
  return {
    access_token: `johndoe.${form.scope.replaceAll(' ', '.')}`,
    token_type: 'bearer',
    scope: form.scope,
    secret: SECRET,
  }
}

const caller = dependency({ token: bearer, scopes: SecurityScopes }, ({ token, scopes }): string => {
  const [name = '', ...granted] = token.split('.')
  if (name !== 'johndoe') throw bearer.makeNotAuthenticatedError()
  scopes.require(granted.join(' '))
  return name
})

export const reader = Security(caller, ['me'])
export const buyer = Security(caller, ['me', 'buy'])
