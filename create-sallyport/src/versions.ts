import { readFileSync } from 'node:fs'

/** The version of each package that a project gets, and of Node. */
export interface Versions {
  readonly sallyport: string
  readonly '@biomejs/biome': string
  readonly '@types/node': string
  readonly node: string
  readonly typescript: string
  readonly zod: string
}

/** What the build has written beside the program. */
export function readVersions(): Versions {
  return JSON.parse(readFileSync(new URL('versions.json', import.meta.url), 'utf8')) as Versions
}
