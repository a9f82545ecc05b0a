/**
 * Issues a key from the command line, as the first one has to be: nobody can ask the API for it yet.
 *
 *     npm run key -- alice --scopes admin,items --name laptop
 */
import { parseArgs } from 'node:util'
import { Keys, SCOPES } from './keys.ts'
import { readSettings } from './settings.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { scopes: { type: 'string', default: '' }, name: { type: 'string' } },
})
const [subject, ...more] = positionals
const scopes = values.scopes.split(',').filter((scope) => scope !== '')
const unknown = scopes.filter((scope) => !Object.hasOwn(SCOPES, scope))

if (subject === undefined || more.length > 0) {
  console.error('Say whose key it is: npm run key -- alice --scopes admin,items')
  process.exitCode = 2
} else if (unknown.length > 0) {
  console.error(`There is no scope ${unknown.join(', ')}. There are ${Object.keys(SCOPES).join(', ')}.`)
  process.exitCode = 2
} else {
  const keys = new Keys(readSettings().DATABASE)
  keys.open()
  const issued = await keys.issue({ subject, scopes, name: values.name })
  await keys.close()
  console.error(`The key ${issued.keyId} of ${subject} is good until ${issued.expiresAt?.toISOString()}. Copy it now:`)
  console.log(issued.key) // alone on the output, for KEY=$(npm run --silent key -- alice)
}
