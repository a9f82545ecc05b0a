import type { FoundKey, FoundKeys } from './key-source.ts'

interface Row {
  /** For tokens without `kid`. */
  readonly all: FoundKey[]
  /** For tokens whose `kid` no key has. */
  readonly unnamed: FoundKey[]
  readonly byKid: Map<string, FoundKey[]>
}

/** Finds keys by algorithm and `kid`. Both come from the token, so they only ever meet a Map. */
export class KeyIndex {
  readonly #rows = new Map<string, Row>()
  readonly #hasEnds: boolean

  constructor(keys: FoundKeys) {
    this.#hasEnds = keys.some(({ until }) => Number.isFinite(until))
    for (const found of keys) {
      const { algorithm, kid } = found.key
      let row = this.#rows.get(algorithm)
      if (row === undefined) {
        row = { all: [], unnamed: [], byKid: new Map() }
        this.#rows.set(algorithm, row)
      }
      row.all.push(found)
      if (kid === undefined) row.unnamed.push(found)
      else row.byKid.set(kid, [found])
    }
    for (const { byKid, unnamed } of this.#rows.values()) for (const list of byKid.values()) list.push(...unnamed)
  }

  find(algorithm: string, kid: string | undefined, now: number): FoundKeys {
    const row = this.#rows.get(algorithm)
    if (row === undefined) return NONE
    const found = kid === undefined ? row.all : (row.byKid.get(kid) ?? row.unnamed)
    return this.#hasEnds ? found.filter(({ until }) => until > now) : found
  }
}

const NONE: FoundKeys = []
