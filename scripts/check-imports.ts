/**
 * Checks that the house in `src/` stands as CONTRIBUTING.md draws it: who imports whom, how files are named and how long
 * they are, and that the drawing shows every file. Every violation is a sentence: `node scripts/check-imports.ts`.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Files that are one to the others: those of a folder of `src/`, or some of those right in `src/`. */
export interface Room {
  /** Names of files right in `src/`, without `.ts`; otherwise the room is the folder of its name. */
  readonly files?: string
  /** The rooms that it may import from, besides itself, by value and by type. */
  readonly from: string
  /** Whether it may import `node:` modules; `types` for their types only. Default: no. */
  readonly node?: boolean | 'types'
  /** Folders in the room's folder that stand apart, each with those that it may import from; files beside them are for all. */
  readonly wings?: Readonly<Record<string, string>>
}

export type House = Readonly<Record<string, Room>>

/** From the ground up. The framework proper is the first six rooms; among these types may be imported upwards too. */
const HOUSE: House = {
  grammar: {
    files:
      'challenges client-certificate denial exceptions headers host limits logged-error media-type problem-details schema shape status suggestion target unwritten writable',
    from: '',
  },
  request: { files: 'body caller coerce incoming json mounted multipart multipart-part', from: 'grammar' },
  declaration: {
    files:
      'background cookies current-response declaration depends overrides params plan planned-param requirement route scopes walk',
    from: 'grammar request',
  },
  running: {
    files:
      'answer attempt exits observer projection reader reply respond response-inits secret solve solving validation',
    from: 'grammar request declaration',
  },
  routing: {
    files: 'cors fetch-context lifespan middleware mounts operation route-table router unmatched',
    from: 'grammar request declaration running',
  },
  app: {
    files: 'app app-docs app-options index request-log viewer',
    from: 'grammar request declaration running routing openapi docs',
  },
  openapi: { from: 'grammar declaration' },
  docs: { from: 'grammar openapi' },
  jwt: { from: '', node: 'types' },
  password: { from: '', node: true },
  security: { from: 'grammar request declaration openapi jwt' },
  audit: { from: 'grammar request declaration running routing app openapi' },
  adapters: {
    from: 'grammar request declaration running routing app',
    node: true,
    wings: { node: '', web: '', bun: 'web', deno: 'web', workers: 'web' },
  },
  opentelemetry: { from: 'grammar request declaration running' },
  provider: { from: 'grammar request declaration running routing app openapi security jwt password' },
  testing: { from: 'grammar request declaration running routing app openapi security adapters jwt', node: true },
  cli: {
    from: 'grammar request declaration running routing app openapi security adapters jwt password testing audit',
    node: true,
  },
}

/** Files of one imported room that some more rooms may import from. */
const OPEN: Readonly<Record<string, string>> = {
  'openapi/types.ts': 'grammar request declaration running routing',
}

/** Tables, which may be longer than a noun may. */
const TABLES: ReadonlySet<string> = new Set([])

const NOTED_LINES = 300
const MOST_LINES = 350
const SAYS_NOTHING = /^(utils?|helpers?|common|lib|internal|misc|shared)$/
/** Made by scripts/assets.ts. */
const GENERATED = 'docs/assets/'

interface Import {
  readonly spec: string
  /** `later` is an import() by value, which may close a ring. */
  readonly kind: 'value' | 'type' | 'later'
}

interface Findings {
  /** What is wrong, a sentence each. */
  readonly problems: readonly string[]
  /** What is worth a look. */
  readonly notes: readonly string[]
  /** How many files were read. */
  readonly files: number
}

/** Checks the `src/` of a package. */
export function checkHouse(root: string, house: House = HOUSE, tables: ReadonlySet<string> = TABLES): Findings {
  const files = globSync('**/*.ts', { cwd: join(root, 'src') })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.startsWith(GENERATED))
    .sort()
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, 'src', file), 'utf8')]))
  const imports = new Map([...texts].map(([file, text]) => [file, importsOf(text)]))
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
  const packages = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
  const long = [...texts]
    .map(([file, text]) => ({ file, lines: text.split('\n').length - 1 }))
    .filter(({ file, lines }) => lines > NOTED_LINES && !tables.has(file))

  return {
    problems: [
      ...[...imports].flatMap(([file, all]) => all.flatMap((one) => wrongImport(house, packages, file, one))),
      ...files.filter((file) => roomOf(house, file) === undefined).map(noRoom),
      ...emptyPlaces(house, files),
      ...cycles(imports),
      ...files.flatMap(wrongName),
      ...entries(manifest, files).flatMap((file) => wrongEntry(file, texts.get(file))),
      ...long
        .filter(({ lines }) => lines > MOST_LINES)
        .map(({ file, lines }) => `src/${file} has ${lines} lines: a file that is no table has at most ${MOST_LINES}.`),
      ...wrongDrawing(root, files),
    ],
    notes: long
      .filter(({ lines }) => lines <= MOST_LINES)
      .map(({ file, lines }) => `src/${file} has ${lines} lines; about ${NOTED_LINES} are enough for one noun.`),
    files: files.length,
  }
}

interface Manifest {
  readonly exports?: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** What a file imports. Comments have examples that import, too. `import { type A }` still loads the module. */
function importsOf(source: string): Import[] {
  const code = source.replace(/^[ \t]*(?:\/\*[\s\S]*?\*\/|\/\/.*)/gm, '')
  const found: Import[] = []
  const statement = /^(?:import|export)( type)?\s+(?:(?:(?!\n(?:import|export)\b)[^'";=()])*?\sfrom\s+)?'([^']+)'/gm
  for (const [, type, spec = ''] of code.matchAll(statement)) found.push({ spec, kind: type ? 'type' : 'value' })
  for (const [, type, spec = ''] of code.matchAll(/\b(typeof\s+)?import\(\s*'([^']+)'\s*\)/g)) {
    found.push({ spec, kind: type ? 'type' : 'later' })
  }
  return found
}

function wrongImport(house: House, packages: ReadonlySet<string>, file: string, { spec, kind }: Import): string[] {
  const room = roomOf(house, file)
  if (spec.startsWith('node:')) {
    const allowed = room === undefined ? false : house[room]?.node
    if (allowed === true || (allowed === 'types' && kind === 'type')) return []
    return [`src/${file} imports ${spec}, but only ${list(withNode(house))} may use what is Node's alone.`]
  }
  if (!spec.startsWith('.')) {
    const name = spec.split('/', spec.startsWith('@') ? 2 : 1).join('/')
    return packages.has(name)
      ? []
      : [`src/${file} imports ${name}, which package.json has neither as dependency nor as peer.`]
  }
  const target = posix.join(posix.dirname(file), spec)
  const other = roomOf(house, target)
  const wings = other === room && room !== undefined ? house[room]?.wings : undefined
  if (wings !== undefined) return wrongWing(wings, file, target)
  if (room === undefined || other === undefined || other === room || allows(house[room]?.from, other)) return []
  if (allows(OPEN[target], room)) return []
  // Among the rooms of the framework proper types have no direction: they are gone when it runs.
  if (kind === 'type' && house[room]?.files && house[other]?.files) return []
  const from = house[room]?.from ? list(house[room].from.split(' ')) : 'nothing of ours'
  return [`src/${file} imports src/${target}, but ${room} imports from ${from}, and that file is in ${other}.`]
}

function wrongWing(wings: NonNullable<Room['wings']>, file: string, target: string): string[] {
  const [wing, other] = [file, target].map((path) => path.split('/').at(1) ?? '')
  if (wing === undefined || other === undefined || wing === other) return []
  const from = wings[wing]
  if (from === undefined || wings[other] === undefined || allows(from, other)) return []
  return [
    `src/${file} imports src/${target}, but ${wing}/ imports from ${from || 'none'} of the folders beside it. Move what both need one folder up.`,
  ]
}

function roomOf(house: House, file: string): string | undefined {
  const folder = file.includes('/') ? file.slice(0, file.indexOf('/')) : undefined
  if (folder !== undefined) return house[folder] && !house[folder].files ? folder : undefined
  return Object.keys(house).find((room) => allows(house[room]?.files, basename(file, '.ts')))
}

function noRoom(file: string): string {
  const kind = file.includes('/') ? 'Its folder' : 'It'
  return `src/${file} has no place in the house. ${kind} needs one in the table of scripts/check-imports.ts.`
}

function emptyPlaces(house: House, files: readonly string[]): string[] {
  return Object.entries(house)
    .flatMap(([room, { files: names }]) => (names ?? '').split(' ').map((name) => ({ room, name })))
    .filter(({ name }) => name !== '' && !files.includes(`${name}.ts`))
    .map(({ room, name }) => `src/${name}.ts is gone, but scripts/check-imports.ts still has it in ${room}.`)
}

/** Files that need each other to be loaded, each ring once. */
function cycles(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const found = new Map<string, string>()
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file)
    if (start >= 0) {
      const ring = path.slice(start)
      const names = [...ring, file].map((name) => `src/${name}`)
      found.set([...ring].sort().join(' '), `${names.join(' imports ')}: a ring.`)
      return
    }
    if (done.has(file)) return
    for (const { spec, kind } of imports.get(file) ?? []) {
      if (kind === 'value' && spec.startsWith('.')) visit(posix.join(posix.dirname(file), spec), [...path, file])
    }
    done.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
  return [...found.values()]
}

function wrongName(file: string): string[] {
  const names = file.replace(/\.ts$/, '').split('/')
  return [
    ...names
      .filter((name) => SAYS_NOTHING.test(name))
      .map((name) => `src/${file}: "${name}" says nothing; name it for what it knows.`),
    ...names
      .filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
      .map((name) => `src/${file}: "${name}" is not in kebab-case.`),
  ]
}

/** The files that package.json exports, and all others that are named index.ts. */
function entries({ exports = {} }: Manifest, files: readonly string[]): string[] {
  const exported = [...JSON.stringify(exports).matchAll(/"\.\/dist\/([^"]+)\.js"/g)].map(([, name]) => `${name}.ts`)
  return [...new Set([...exported, ...files.filter((file) => basename(file) === 'index.ts')])]
}

function wrongEntry(file: string, text: string | undefined): string[] {
  if (text === undefined) return [`package.json exports src/${file}, which does not exist.`]
  const rest = text
    .replace(/\/\*[\s\S]*?\*\/|^[ \t]*\/\/.*/gm, '')
    .replace(/^export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+'/gm, '')
    .trim()
  return rest === ''
    ? []
    : [`src/${file} is an entry: it re-exports and does nothing else, but has "${rest.split('\n')[0]}".`]
}

/** The tree in CONTRIBUTING.md: a line for each file, two spaces for each folder above it, and a phrase. */
function wrongDrawing(root: string, files: readonly string[]): string[] {
  const page = join(root, 'CONTRIBUTING.md')
  if (!existsSync(page)) return ['CONTRIBUTING.md, which shows the house, is missing.']
  const tree = /^```\nsrc\/\n([\s\S]*?)^```/m.exec(readFileSync(page, 'utf8'))?.[1]
  if (tree === undefined) return ['CONTRIBUTING.md has no tree: a code block whose first line is src/.']
  const drawn = new Set<string>()
  const problems: string[] = []
  const folders: string[] = []
  for (const line of tree.split('\n')) {
    const [, indent = '', name = '', phrase = ''] = /^( +)(\S+)\s*(.*)$/.exec(line) ?? []
    if (name === '') continue
    folders.length = indent.length / 2 - 1
    if (name.endsWith('/')) folders.push(name)
    else drawn.add(folders.join('') + name)
    if (phrase === '' && !name.endsWith('/')) problems.push(`The tree in CONTRIBUTING.md says nothing of ${name}.`)
  }
  const missing = files
    .filter((file) => !drawn.has(file))
    .map((file) => `src/${file} is missing in CONTRIBUTING.md: npm run tree draws it.`)
  const gone = [...drawn].filter((file) => !files.includes(file))
  return [...problems, ...missing, ...gone.map((file) => `CONTRIBUTING.md shows src/${file}, which does not exist.`)]
}

function withNode(house: House): string[] {
  return Object.keys(house).filter((room) => house[room]?.node === true)
}

function allows(names: string | undefined, name: string): boolean {
  return names?.split(' ').includes(name) ?? false
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

if (import.meta.main) {
  const { problems, notes, files } = checkHouse(fileURLToPath(new URL('..', import.meta.url)))
  for (const line of [...notes, ...problems]) console.log(line)
  console.log(`${files} files, ${problems.length} problems.`)
  if (problems.length > 0 || files === 0) process.exitCode = 1
}
