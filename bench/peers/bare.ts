/**
 * Bare `node:http`: what is possible at most. `open` checks nothing, `verify` checks each token with `createHmac`, `cache` remembers
 * the tokens that it verified.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  checkPassword,
  NewOrder,
  PORT,
  publicOrder,
  publicUser,
  SECRET,
  storeOrder,
  type User,
  userOfKey,
  users,
  VARIANT,
} from './contract.ts'

interface Known {
  readonly user: User
  readonly exp: number
}

const HEADER = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url')
const known = new Map<string, Known>()
const remember = VARIANT === 'cache'

const server = createServer((req, res) => {
  const url = req.url ?? '/'
  if (url === '/users/me') me(req, res)
  else if (url.startsWith('/items/')) item(url, res)
  else if (url === '/orders' && req.method === 'POST') order(req, res)
  else if (url === '/basic') basic(req, res)
  else if (url === '/key') {
    const key = req.headers['x-api-key']
    answer(res, typeof key === 'string' ? userOfKey(key) : undefined)
  } else send(res, 404, { detail: 'Not Found' })
})
server.listen(PORT, '127.0.0.1')

function me(req: IncomingMessage, res: ServerResponse): void {
  if (VARIANT === 'open') send(res, 200, publicUser(users.get('user0') as User))
  else answer(res, userOf(req.headers.authorization))
}

function answer(res: ServerResponse, user: User | undefined): void {
  if (user === undefined) send(res, 401, { detail: 'Not authenticated' })
  else send(res, 200, publicUser(user))
}

function userOf(authorization: string | undefined): User | undefined {
  if (!authorization?.startsWith('Bearer ')) return undefined
  const token = authorization.slice(7)
  const now = Date.now() / 1000
  const there = known.get(token)
  if (there) return there.exp > now ? there.user : undefined
  const [header, payload, signature] = token.split('.')
  if (header !== HEADER || payload === undefined || signature === undefined) return undefined
  const given = Buffer.from(signature, 'base64url')
  const right = createHmac('sha256', SECRET).update(`${header}.${payload}`).digest()
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
  const { sub, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string; exp: number }
  const user = users.get(sub)
  if (!(exp > now) || !user) return undefined
  if (remember) {
    if (known.size >= 10_000) known.clear()
    known.set(token, { user, exp })
  }
  return user
}

function item(url: string, res: ServerResponse): void {
  const at = url.indexOf('?')
  const text = url.slice('/items/'.length, at === -1 ? undefined : at)
  if (!/^-?\d{1,15}$/.test(text)) send(res, 422, { detail: 'id is an integer' })
  else send(res, 200, { id: Number(text), q: at === -1 ? null : new URLSearchParams(url.slice(at)).get('q') })
}

function order(req: IncomingMessage, res: ServerResponse): void {
  const chunks: Buffer[] = []
  req.on('data', (chunk: Buffer) => chunks.push(chunk))
  req.on('end', () => {
    let value: unknown
    try {
      value = JSON.parse(Buffer.concat(chunks).toString())
    } catch {
      send(res, 422, { detail: 'no JSON' })
      return
    }
    const { success, data } = NewOrder.safeParse(value)
    if (success) send(res, 201, publicOrder(storeOrder(data)))
    else send(res, 422, { detail: 'invalid' })
  })
}

function basic(req: IncomingMessage, res: ServerResponse): void {
  const encoded = /^Basic (.+)$/.exec(req.headers.authorization ?? '')?.[1]
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(colon, 0))
  answer(res, checkPassword(name, text.slice(colon + 1)) ? users.get(name) : undefined)
}

function send(res: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  res.end(body)
}
