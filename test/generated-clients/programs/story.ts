/** What each client does with the accounts app; the same for all, whatever the generator. */
export interface Story {
  readonly refused: { status: 400; error: string }
  readonly loggedIn: { status: 200; tokenType: 'bearer'; scope: string; seconds: number }
  readonly me: { status: 200; username: string; email: string | null; disabled: boolean }
  readonly added: { status: 201; title: string; owner: string }
  readonly listed: { status: 200; titles: string[] }
  readonly removed: { status: 204 }
  readonly removedAgain: { status: 404; detail: string }
  readonly withoutToken: { status: 401; challenge: string | null; detail: string }
  readonly withoutScope: { status: 403; challenge: string | null; detail: string }
  readonly invalid: { status: 422; places: (string | number)[][] }
}

/** Whether two types are the same; `any` is the same as nothing but itself. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles for `true` only. */
export type Holds<T extends true> = T

/** Fails the story at an answer that has another status than the one it tells of. */
export function unexpected(what: string, status: number, body: unknown): never {
  throw new Error(`${what}: ${status} ${JSON.stringify(body)}`)
}
