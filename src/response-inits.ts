/**
 * What `new Response` takes beside the body of an answer whose only header is its type, which most answers are: made once for a
 * status and a type, and given to many answers. A `Response` copies what it is given.
 */
export class ResponseInits {
  readonly #made = new Map<string, Map<number, ResponseInit>>()
  readonly #make: (status: number, type: string) => ResponseInit
  #left = MOST

  /** @param make makes it, in the form that the runtime copies fastest. */
  constructor(make: (status: number, type: string) => ResponseInit) {
    this.#make = make
  }

  /** @throws TypeError for a type that is no header's value, now or when the answer is made. */
  of(status: number, type: string): ResponseInit {
    return this.#made.get(type)?.get(status) ?? this.#keep(status, type)
  }

  #keep(status: number, type: string): ResponseInit {
    const init = this.#make(status, type)
    // Apps have few types; one that makes them up for each answer does not fill the memory.
    if (this.#left === 0) return init
    this.#left--
    const known = this.#made.get(type)
    if (known === undefined) this.#made.set(type, new Map([[status, init]]))
    else known.set(status, init)
    return init
  }
}

const MOST = 64
