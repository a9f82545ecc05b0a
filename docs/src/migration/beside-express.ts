import express from 'express'
import jsonwebtoken, { type SignOptions } from 'jsonwebtoken'
import { toNodeHandler } from 'sallyport/node'
import app from './main.ts'
import { SECRET } from './tokens.ts'
import { authenticate, type User } from './users.ts'

const old = express()

// #region kept
old.get('/reports/:year', (req, res) => {
  res.json({ year: req.params.year, from: 'express' })
})

// At the route that needs it: one for all would take the bodies from the new app.
old.post('/login', express.json(), async (req, res) => {
  const { username, password } = req.body ?? {}
  const known = typeof username === 'string' && typeof password === 'string'
  const user = known ? await authenticate(username, password) : undefined
  if (user)
    res.json({
      token: jsonwebtoken.sign(
        { scope: user.mayHave.join(' ') },
        SECRET,
        optionsFor(user),
      ),
    })
  else res.status(401).json({ error: 'Wrong name or password' })
})

function optionsFor(user: User): SignOptions {
  return {
    subject: user.username,
    issuer: 'accounts',
    audience: 'accounts',
    expiresIn: 1800,
  }
}
// #endregion kept

// #region rest
old.use(toNodeHandler(app)) // what no route above takes
// #endregion rest

export default old
if (import.meta.main) old.listen(8000, '127.0.0.1')
