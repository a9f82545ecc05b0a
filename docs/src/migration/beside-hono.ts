import { Hono } from 'hono'
import { type JwtVariables, jwt } from 'hono/jwt'
import app from './main.ts'
import { SECRET } from './tokens.ts'

const old = new Hono<{ Variables: JwtVariables<{ sub: string }> }>()

// #region kept
const verification = { iss: 'accounts', aud: 'accounts' }

old.get('/reports/:year', jwt({ secret: SECRET, alg: 'HS256', verification }), (c) =>
  c.json({ year: c.req.param('year'), from: 'hono', for: c.get('jwtPayload').sub }),
)
// #endregion kept

// #region rest
old.all('*', (c) => app.fetch(c.req.raw)) // what no route above takes
// #endregion rest

export default old
