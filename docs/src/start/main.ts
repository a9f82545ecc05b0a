import { App, Body, Security } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { HTTPBearer } from 'sallyport/security'
import { z } from 'zod'

const secret = crypto.getRandomValues(new Uint8Array(32))
export const tokens = new JWT({ secret, expiresIn: '30m' })

const scopes = { write: 'Add items.' }
const bearer = new HTTPBearer({ scopes, verify: tokens })
const writer = Security(bearer, ['write']) // ['wrte'] does not compile

const Item = z.object({ name: z.string(), price: z.number() })

const app = new App({ title: 'Castle' })

const add = { params: { item: Body(Item), writer }, status: 201 }

app.post('/items', add, ({ item, writer }) => {
  return { ...item, addedBy: writer.subject }
})

export default app
