import { randomBytes } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BIOME, manifestOf } from './manifest.ts'
import { titleOf } from './project-name.ts'
import type { Template } from './templates.ts'
import type { Versions } from './versions.ts'

/** What is to be written. */
export interface Project {
  readonly name: string
  readonly template: Template
  readonly versions: Versions
  /** What package.json says of sallyport; default: the version of this package. */
  readonly sallyport?: string | undefined
}

const root = fileURLToPath(new URL('../templates', import.meta.url))

/** The files of a project by their paths: of `templates/every-project`, of the template, and those that are made. */
export function projectFiles(project: Project): Map<string, string> {
  const { name, template, versions, sallyport } = project
  const values = valuesOf(project)
  const shared = read('every-project', values)
  const own = read(template.name, values)
  const example = own.get('.env.example') ?? ''
  return new Map([
    ...shared,
    ...own,
    ['README.md', `${own.get('README.md')}\n${shared.get('README.md')}`],
    ['package.json', manifestOf(name, template, versions, sallyport)],
    ['biome.json', BIOME],
    ['.env', environment(example, template)],
  ])
}

/** The files of a folder. A leading `_` is a dot: npm leaves `.gitignore` out of packages, and renames it. */
function read(folder: string, values: ReadonlyMap<string, string>): Map<string, string> {
  const files = globSync('**/*', { cwd: join(root, folder), withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name)
      const path = file.slice(join(root, folder).length + 1).replaceAll('\\', '/')
      return [path.replace(/(^|\/)_/g, '$1.'), fill(readFileSync(file, 'utf8'), values)]
    }),
  )
}

/** What stands for `{{name}}` and the like; a line that has nothing but one that is empty is left out. */
function valuesOf({ name, template, versions }: Project): ReadonlyMap<string, string> {
  const secrets = template.secrets.map((each) => ` && echo "${each}=$(npx sallyport keygen HS256)" >> .env`)
  return new Map([
    ['name', name],
    ['title', titleOf(name)],
    ['node', versions.node.split('.')[0] ?? ''],
    ['settings', `cp .env.example .env${secrets.join('')}`],
    ['data', template.data ? 'RUN mkdir data && chown node:node data\nVOLUME /app/data' : ''],
  ])
}

function fill(text: string, values: ReadonlyMap<string, string>): string {
  const value = (name: string): string => values.get(name) ?? `{{${name}}}`
  return text
    .replace(/^\{\{(\w+)\}\}\n/gm, (_, name: string) => (value(name) === '' ? '' : `${value(name)}\n`))
    .replace(/\{\{(\w+)\}\}/g, (_, name: string) => value(name))
}

/** `.env.example` with a secret wherever one is asked for. */
function environment(example: string, { secrets }: Template): string {
  return secrets.reduce(
    (text, name) => text.replace(new RegExp(`^${name}=$`, 'm'), `${name}=${randomBytes(32).toString('base64url')}`),
    example,
  )
}
