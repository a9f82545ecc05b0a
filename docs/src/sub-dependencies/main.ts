import { App, Cookie, Depends, dependency, HTTPException, Query } from 'sallyport'
import { z } from 'zod'

const sessions = new Map([['s-1', 'johndoe']])
const roles = new Map([['johndoe', ['reader', 'writer']]])

// #region chain
const session = dependency({ sid: Cookie(z.string().optional()) }, ({ sid }) => {
  const name = sid && sessions.get(sid)
  if (!name) throw new HTTPException(403, 'Choose a session first')
  return { name }
})

const permissions = dependency(
  { session },
  ({ session }) => roles.get(session.name) ?? [],
)

const writer = dependency({ session, permissions }, ({ session, permissions }) => {
  if (!permissions.includes('writer'))
    throw new HTTPException(403, 'Readers cannot write')
  return session
})
// #endregion chain

// #region cache
let made = 0
const ticket = dependency(() => ++made)
const stamped = dependency({ ticket }, ({ ticket }) => `stamp of ${ticket}`)
// #endregion cache

const app = new App({ title: 'Sub-dependencies' })

// #region chain-use
app.post(
  '/notes',
  { params: { text: Query(z.string()), writer }, status: 201 },
  ({ text, writer }) => ({ by: writer.name, text }),
)
// #endregion chain-use

// #region cache-use
app.get(
  '/tickets',
  { params: { ticket, stamped, fresh: Depends(ticket, { useCache: false }) } },
  (values) => values,
)
// #endregion cache-use

export default app
