import type { App } from 'sallyport'
import type { AttackOptions, HoleKind } from 'sallyport/testing'

/** An app with a hole, and what attack() must find: these and no others. */
export interface Broken {
  readonly app: App
  readonly options?: AttackOptions
  readonly holes: readonly (readonly [kind: HoleKind, where: string])[]
  /** A text of the attack that must be among those that found the first hole. */
  readonly by?: string
}
