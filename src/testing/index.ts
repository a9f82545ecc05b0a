export { type AsOptions, as, type TestCaller } from './as.ts'
export { override } from './override.ts'
export { ProductionError } from './production.ts'
