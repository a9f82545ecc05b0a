import type { Change } from './changes.ts'
import type { Finding } from './findings.ts'
import { type Level, RULE_IDS, RULES } from './rules.ts'

/** What a SARIF log is made of. */
export interface SarifInput {
  /** The version of the program. */
  readonly version: string
  /** The file of the app, relative to the root of the repository, as a URI. */
  readonly file: string
  readonly findings: readonly Finding[]
  readonly changes: readonly Change[]
}

const WEAKER = 'weaker-than-lock'

/**
 * Findings, and what became weaker than the lock, as a SARIF 2.1.0 log.
 *
 * Places are operations (logical locations) in the file of the app: a declaration does not know its line.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifOf({ version, file, findings, changes }: SarifInput): object {
  const rules = [
    ...RULE_IDS.map((id) => ({ id, ...RULES[id] })),
    {
      id: WEAKER,
      level: 'error' as const,
      title: 'An operation requires less than when its lock was written.',
      next: 'Require it again, or accept the change with sallyport audit --update.',
    },
  ]
  const ruleIds: readonly string[] = rules.map(({ id }) => id)
  const results = [
    ...findings.map(({ rule, level, where, message, next }) => ({ rule, level, where, text: `${message} ${next}` })),
    ...changes
      .filter(({ effect }) => effect === 'weaker')
      .map(({ where, sentences }) => ({
        rule: WEAKER,
        level: 'error' as const,
        where,
        text: `${where}: ${sentences.join(' ')}`,
      })),
  ]
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'sallyport audit', semanticVersion: version, rules: rules.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: results.map(({ rule, level, where, text }) => ({
          ruleId: rule,
          ruleIndex: ruleIds.indexOf(rule),
          level,
          message: { text },
          locations: [
            {
              physicalLocation: { artifactLocation: { uri: file }, region: { startLine: 1 } },
              logicalLocations: [{ fullyQualifiedName: where, kind: 'resource' }],
            },
          ],
          // The same finding of two runs is one: neither lines nor wording are part of it.
          partialFingerprints: { 'ruleAndPlace/v1': `${rule} ${where}` },
        })),
      },
    ],
  }
}

function ruleOf({ id, level, title, next }: { id: string; level: Level; title: string; next: string }): object {
  return {
    id,
    shortDescription: { text: title },
    help: { text: next },
    defaultConfiguration: { level },
    properties: { tags: ['security'] },
  }
}
