/** The paths of the many operations: twenty resources with what belongs to them, as large APIs have them. */

/** The template of an operation; `name` is how the framework writes a parameter. Every third one has a parameter. */
export function templateOf(number: number, name: string): string {
  const base = `/v1/group${number % 20}/resource${number}`
  return number % 3 === 2 ? `${base}/${name}/details` : base
}

/** A path that the operation answers. */
export function pathOf(number: number): string {
  return templateOf(number, `id${number}`)
}

/** What it answers. */
export function answerOf(number: number): { number: number; id: string | null } {
  return { number, id: number % 3 === 2 ? `id${number}` : null }
}
