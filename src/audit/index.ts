export { type Audit, type AuditedDocs, type AuditedOperation, type AuditedScheme, auditOf } from './audit.ts'
export { type Change, changesSince } from './changes.ts'
export { type Finding, findingsOf } from './findings.ts'
export { type Lock, LockError, lockOf, readLock, writeLock } from './lock.ts'
export { auditJson, auditText, changesText } from './report.ts'
export {
  type Alternative,
  type Demand,
  type Effect,
  effectOf,
  implies,
  type Requires,
  requiresText,
  type Verified,
} from './requires.ts'
export { type Level, RULES, type Rule, type RuleId } from './rules.ts'
export { sarifOf } from './sarif.ts'
