import { parseArgs } from 'node:util'
import { isPackageManager, PACKAGE_MANAGERS, type PackageManager } from './package-manager.ts'
import { type Template, templateNamed } from './templates.ts'
import { UsageError } from './usage-error.ts'

/** What was asked for on the command line; undefined where nothing was said. */
export interface Arguments {
  readonly folder: string | undefined
  readonly name: string | undefined
  readonly template: Template | undefined
  readonly packageManager: PackageManager | undefined
  /** What package.json says of sallyport, in the place of this version. */
  readonly sallyport: string | undefined
  readonly yes: boolean
  readonly force: boolean
  readonly help: boolean
  readonly version: boolean
}

const OPTIONS = {
  name: { type: 'string' },
  template: { type: 'string', short: 't' },
  'package-manager': { type: 'string' },
  sallyport: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  force: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

/**
 * Reads the command line.
 *
 * @param environment where npm leaves the options that it has taken for its own.
 * @throws UsageError for what cannot be meant.
 */
export function readArguments(args: readonly string[], environment: NodeJS.ProcessEnv): Arguments {
  const { values, positionals } = parse(args)
  const [folder, ...more] = positionals
  assertNotTaken(values, positionals, environment)
  if (more.length > 0)
    throw new UsageError(`One folder is enough, and here are ${positionals.length}: ${positionals.join(', ')}.`)
  if (folder === '') throw new UsageError('The name of the folder is empty.')
  if (values.sallyport === '')
    throw new UsageError('--sallyport needs a version, a file or a URL, as package.json takes it.')
  const { template, 'package-manager': manager } = values
  if (manager !== undefined && !isPackageManager(manager))
    throw new UsageError(`There is no package manager ${manager} here. There are ${PACKAGE_MANAGERS.join(', ')}.`)
  return {
    folder,
    name: values.name,
    template: template === undefined ? undefined : templateNamed(template),
    packageManager: manager,
    sallyport: values.sallyport,
    yes: values.yes === true,
    force: values.force === true,
    help: values.help === true,
    version: values.version === true,
  }
}

// Its type is the one that parseArgs infers from the options.
function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const [, unknown] = /'([^']*)'/.exec(message) ?? []
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const known = Object.keys(OPTIONS).map((name) => `--${name}`)
      throw new UsageError(`There is no option ${unknown}. There are ${known.join(', ')}.`)
    }
    // Only the first sentence: the others are about a syntax that nobody meant.
    throw new UsageError(`${message.split('\n')[0]}`)
  }
}

/** `npm create sallyport app --template password`: npm takes an option before `--` for its own, and hands on the rest. */
function assertNotTaken(
  values: { readonly [name: string]: string | boolean | undefined },
  [folder = 'my-app', next = '…']: readonly string[],
  environment: NodeJS.ProcessEnv,
): void {
  for (const name of ['template', 'package-manager', 'sallyport']) {
    const taken = environment[`npm_config_${name.replaceAll('-', '_')}`]
    if (!taken || values[name] !== undefined) continue
    // Without = it keeps the name alone, and hands on the value as if it were a folder.
    const value = taken === 'true' ? next : taken
    throw new UsageError(
      `npm took --${name} for an option of its own. Write -- before the options: npm create sallyport ${folder} -- --${name} ${value}`,
    )
  }
}
