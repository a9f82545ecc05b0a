import { body, publicGet } from './bodies.ts'
import { dependencies } from './dependencies.ts'
import { logins } from './logins.ts'
import { memory } from './memory.ts'
import { operations } from './operations.ts'
import type { Scenario } from './scenario.ts'
import { schemes } from './schemes.ts'
import { start } from './start.ts'
import { cold, refused, warm } from './tokens.ts'

/** All scenarios, in the order of their numbers. */
export const SCENARIOS: readonly Scenario[] = [
  warm,
  cold,
  refused,
  publicGet,
  body,
  dependencies,
  operations,
  schemes,
  logins,
  start,
  memory,
]
