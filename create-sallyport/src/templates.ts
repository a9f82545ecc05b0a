import { UsageError } from './usage-error.ts'

/** A kind of project that can be written. */
export interface Template {
  /** What `--template` takes, and the folder below `templates/`. */
  readonly name: string
  /** What it is, in a line. */
  readonly description: string
  /** The oldest Node that runs what is written. */
  readonly node: string
  /** The settings of `.env` that are secrets: each gets a fresh one. */
  readonly secrets: readonly string[]
  /** Whether it keeps data in the folder `data`. */
  readonly data: boolean
  /** Scripts of package.json beside those of every project. */
  readonly scripts: Readonly<Record<string, string>>
}

/** TypeScript runs without a flag from here on. */
const NODE = '22.18.0'
/** Argon2 is in Node from here on. */
const NODE_WITH_ARGON2 = '24.7.0'

/** The first one is taken where nobody says which. */
export const TEMPLATES: readonly [Template, ...Template[]] = [
  {
    name: 'minimal',
    description: 'two operations, one for everybody and one behind a bearer token: the least there is',
    node: NODE,
    secrets: ['API_TOKEN'],
    data: false,
    scripts: {},
  },
  {
    name: 'password',
    description: 'registration and login with a password, JWTs with scopes, users in SQLite',
    node: NODE_WITH_ARGON2,
    secrets: ['JWT_SECRET'],
    data: true,
    scripts: {},
  },
  {
    name: 'api-keys',
    description: 'API keys with scopes in SQLite, issued, rotated and revoked by an admin',
    node: NODE,
    secrets: [],
    data: true,
    scripts: { key: 'node src/issue-key.ts' },
  },
  {
    name: 'openid-connect',
    description: 'access tokens of an OpenID provider; a small one for this machine comes with it',
    node: NODE,
    secrets: [],
    data: false,
    scripts: { provider: 'node dev/provider.ts' },
  },
]

/** @throws UsageError for a name that no template has. */
export function templateNamed(name: string): Template {
  const template = TEMPLATES.find((each) => each.name === name)
  if (template) return template
  throw new UsageError(`There is no template ${name}. There are:\n${templateList()}`)
}

/** A line for each template. */
export function templateList(): string {
  return TEMPLATES.map(({ name, description }) => `  ${name.padEnd(16)}${description}`).join('\n')
}
