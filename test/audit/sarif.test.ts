/** The SARIF log, held against the published schema of SARIF 2.1.0. */
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { App, dependency } from 'sallyport'
import { APIKeyHeader, HTTPBearer } from 'sallyport/security'
import { expect, test } from 'vitest'
import { auditOf, changesSince, findingsOf, lockOf, RULES, sarifOf } from '../../src/audit/index.ts'

const schema = JSON.parse(readFileSync(new URL('../vectors/sarif-2.1.0-rtm.5.json', import.meta.url), 'utf8'))
// It is of draft 4, and uses nothing that draft 7 reads in another way.
const { id: _, $schema: __, ...rest } = schema
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(rest)

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly {
    readonly physicalLocation: object
    readonly logicalLocations: readonly { readonly fullyQualifiedName: string }[]
  }[]
  readonly partialFingerprints: object
}

function logOf(app: App, before: App): { results: Result[]; rules: { id: string }[]; log: object } {
  const audit = auditOf(app)
  const changes = changesSince(lockOf(auditOf(before)), lockOf(audit))
  const log = sarifOf({ version: '1.2.3', file: 'src/main.ts', findings: findingsOf(audit), changes })
  const [run] = (log as { runs: [{ results: Result[]; tool: { driver: { rules: { id: string }[] } } }] }).runs
  return { results: run.results, rules: run.tool.driver.rules, log }
}

const key = new APIKeyHeader({ name: 'X-Key' })
const before = new App()
before.post('/items', { params: { who: dependency({ key }, () => 1) } }, () => 1)
const app = new App()
app.post('/items', () => 1)
app.get('/guarded', { dependencies: [new HTTPBearer()] }, () => 1)

test('is valid, with findings and without', () => {
  for (const log of [logOf(app, before).log, logOf(before, before).log]) {
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true)
    expect(log).toMatchObject({ version: '2.1.0' })
  }
  expect(validate({ version: '2.1.0', runs: [{}] })).toBe(false) // the schema does look
})

test('has the findings and what became weaker, each with its rule and its place', () => {
  const { results, rules } = logOf(app, before)
  expect(
    results.map(({ ruleId, level, locations }) => [
      ruleId,
      level,
      locations[0]?.logicalLocations[0]?.fullyQualifiedName,
    ]),
  ).toEqual([
    ['credentials-ignored', 'error', 'GET /guarded'],
    ['open-unsafe', 'warning', 'POST /items'],
    ['weaker-than-lock', 'error', 'GET /guarded'],
    ['weaker-than-lock', 'error', 'POST /items'],
  ])
  for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId)
  expect(rules.map(({ id }) => id)).toEqual([...Object.keys(RULES), 'weaker-than-lock'])
  expect(results[1]).toMatchObject({
    message: { text: expect.stringMatching(/^POST \/items can change something.*\. Require a security dependency/) },
    locations: [{ physicalLocation: { artifactLocation: { uri: 'src/main.ts' }, region: { startLine: 1 } } }],
    partialFingerprints: { 'ruleAndPlace/v1': 'open-unsafe POST /items' },
  })
})
