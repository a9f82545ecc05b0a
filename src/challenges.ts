/** Says something more in a challenge: the value of a `WWW-Authenticate` header, of which it gives another. */
export type ChallengeRewrite = (challenge: string) => string

interface Place {
  readonly under: string
  readonly rewrite: ChallengeRewrite
}

/** What an app says in the challenges of its answers, beside what its schemes say. */
export class Challenges {
  readonly #places: Place[] = []

  /**
   * Rewrites the challenges below a path; of several, the longest path counts.
   *
   * @param under empty for all paths, or starts with a slash and does not end with one.
   * @throws TypeError for a path that is taken.
   */
  add(under: string, rewrite: ChallengeRewrite): void {
    if (this.#places.some((place) => place.under === under))
      throw new TypeError(`The challenges under ${under || '/'} are rewritten already.`)
    this.#places.push({ under, rewrite })
    this.#places.sort((a, b) => b.under.length - a.under.length)
  }

  /** What rewrites the challenges of a path; undefined when nothing does. */
  at(path: string): ChallengeRewrite | undefined {
    return this.#places.find(({ under }) => path === under || path.startsWith(`${under}/`))?.rewrite
  }

  /** The headers of an answer, names and values in turn, with their challenges rewritten. */
  rewritten(headers: readonly string[], path: string): readonly string[] {
    if (!headers.includes('www-authenticate')) return headers
    const rewrite = this.at(path)
    if (rewrite === undefined) return headers
    return headers.map((text, at) => (at % 2 === 1 && headers[at - 1] === 'www-authenticate' ? rewrite(text) : text))
  }
}
