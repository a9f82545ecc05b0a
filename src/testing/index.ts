export { type AsOptions, as, type TestCaller } from './as.ts'
export { attack } from './attack.ts'
export type {
  AttackOptions,
  Credential,
  CredentialContext,
  OperationSample,
  SchemeCredentials,
  TokenChanges,
} from './attack-options.ts'
export { AttackError, AttackReport, type Hole, type HoleKind, type Skipped } from './attack-report.ts'
export { override } from './override.ts'
export { ProductionError } from './production.ts'
