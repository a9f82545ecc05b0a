import { type Audit, type AuditedOperation, listText } from './audit.ts'
import type { Change } from './changes.ts'
import type { Finding } from './findings.ts'
import { type Requires, requiresText } from './requires.ts'

/** The audit as people read it: the operations as a table, the schemes, the docs, the findings. */
export function auditText(audit: Audit, findings: readonly Finding[]): string {
  const parts = [
    operationsText(audit),
    schemesText(audit),
    docsText(audit),
    findingsText(findings),
    totals(audit, findings),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** What changed since the lock was written, as people read it; empty where nothing did. */
export function changesText(changes: readonly Change[]): string {
  return changes
    .map(({ where, effect, sentences, before, now }) => {
      const lines = [`${SIGNS[effect]} ${where}: ${sentences.join(' ')}`]
      if (before !== null) lines.push(`    - ${before}`)
      if (now !== null) lines.push(`    + ${now}`)
      return `${lines.join('\n')}\n`
    })
    .join('')
}

const SIGNS: Readonly<Record<Change['effect'], string>> = {
  weaker: '✗ weaker  ',
  new: '✓ new     ',
  stronger: '✓ stronger',
  gone: '· gone    ',
}

/** The audit as JSON has it: records where it has maps. */
export function auditJson(audit: Audit, findings: readonly Finding[], changes: readonly Change[] | undefined): object {
  return {
    ...audit,
    operations: audit.operations.map((one) => ({ ...one, requires: requiresJson(one.requires) })),
    docs: audit.docs.map((one) => ({ ...one, requires: requiresJson(one.requires) })),
    findings,
    ...(changes ? { changes } : {}),
  }
}

function requiresJson(requires: Requires): object[] {
  return requires.map((alternative) => Object.fromEntries(alternative))
}

function operationsText({ title, operations, unseen }: Audit): string {
  if (operations.length === 0) return `${title} has no operations.`
  const methods = Math.max(...operations.map(({ method }) => method.length))
  const paths = Math.max(...operations.map(({ path }) => path.length))
  const requires = Math.max(...operations.map((one) => requiresText(one.requires).length))
  const indent = ' '.repeat(3)
  const lines = operations.flatMap((one) => [
    `${one.open ? '🔓' : '🔒'} ${one.method.padEnd(methods)}  ${one.path.padEnd(paths)}  ${`${requiresText(one.requires).padEnd(requires)}  ${notesOf(one)}`.trimEnd()}`,
    ...(one.open && one.who === 'anybody' ? [] : [`${indent}${' '.repeat(methods)}  who: ${one.who}`]),
  ])
  return [...lines, ...unseen.map((prefix) => `❓ ${prefix}  mounted, and no app: nobody can tell`)].join('\n')
}

function notesOf({ changesState, body, documented, public: isPublic }: AuditedOperation): string {
  const notes = [
    ...(changesState ? ['can change state'] : []),
    ...(body === null ? [] : [`reads ${body}`]),
    ...(isPublic ? ['public on purpose'] : []),
    ...(documented ? [] : ['not in the document']),
  ]
  return notes.join(', ')
}

function schemesText({ schemes }: Audit): string {
  if (schemes.length === 0) return ''
  const names = Math.max(...schemes.map(({ name }) => name.length))
  const lines = schemes.map(({ name, kind, verifies, required }) => {
    const gives = verifies ? 'verifies, gives a principal' : 'reads, gives credentials as they are'
    const scopes = required.length > 0 ? `; scopes required: ${required.join(' ')}` : ''
    return `  ${name.padEnd(names)}  ${kind}; ${gives}${scopes}`
  })
  return ['Schemes', ...lines].join('\n')
}

function docsText({ docs }: Audit): string {
  if (docs.length === 0) return ''
  const lines = docs.map(
    ({ paths, who, onlyCallable }) =>
      `  ${listText(paths)}: ${who}${onlyCallable ? '; each sees what they may call' : ''}`,
  )
  return ['Documents and their pages', ...lines].join('\n')
}

function findingsText(findings: readonly Finding[]): string {
  return findings.map(({ rule, level, message, next }) => `${level}  ${message}  (${rule})\n  ${next}`).join('\n')
}

function totals({ operations }: Audit, findings: readonly Finding[]): string {
  const open = operations.filter((one) => one.open).length
  const levels = (['error', 'warning', 'note'] as const).map((level) => {
    const count = findings.filter((one) => one.level === level).length
    return `${count} ${level}${count === 1 ? '' : 's'}`
  })
  return `${operations.length} operation${operations.length === 1 ? '' : 's'}: ${operations.length - open} closed, ${open} open. ${levels.join(', ')}.`
}
