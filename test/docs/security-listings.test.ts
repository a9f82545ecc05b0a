/** What the pages of the security chapters show of `sallyport routes` and `sallyport audit`. */
import { expect, test } from 'vitest'
import active from '../../docs/src/current-user/main.ts'
import scopes from '../../docs/src/scopes/main.ts'
import fiveTypes from '../../docs/src/security-concepts/main.ts'
import firstSteps from '../../docs/src/security-first-steps/main.ts'
import both from '../../docs/src/several-schemes/both.ts'
import either from '../../docs/src/several-schemes/either.ts'
import optional from '../../docs/src/several-schemes/optional.ts'
import { auditOf, auditText, findingsOf } from '../../src/audit/index.ts'
import { listingTable, listOperations } from '../../src/cli/listing.ts'
import { chapters } from './chapter.ts'

const pageOf = (name: string): string => chapters.find(({ path }) => path === `security/${name}.md`)?.text ?? ''
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.replaceAll(/ +/g, ' ').trim())

test.each([
  ['concepts', fiveTypes],
  ['current-user', active],
  ['scopes', scopes],
  ['several-schemes', both],
  ['several-schemes', either],
  ['several-schemes', optional],
])('%s lists operations as the program has them', (name, app) => {
  const table = linesOf(listingTable(listOperations(app))).filter((line) => line !== '')
  expect(table.length).toBeGreaterThan(0)
  expect(linesOf(pageOf(name))).toEqual(expect.arrayContaining(table))
})

test('first steps: the audit knows that nobody checks the token', () => {
  const findings = findingsOf(auditOf(firstSteps))
  const said = linesOf(auditText(auditOf(firstSteps), findings))
  const quoted = linesOf(/```text\nwarning {2}[^`]+/.exec(pageOf('first-steps'))?.[0] ?? '').slice(1, -1)
  expect(quoted.length).toBe(2)
  expect(said).toEqual(expect.arrayContaining(quoted))
  expect(findings.map(({ rule }) => rule)).toContain('credentials-unverified')
})
