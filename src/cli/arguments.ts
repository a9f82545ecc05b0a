import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { CommandError } from './command-error.ts'

/** The file and the options of a command. */
export interface Arguments {
  readonly file: string
  readonly values: Readonly<Record<string, string | boolean | undefined>>
}

/** @throws CommandError for options that the command does not have, and when there is not exactly one file. */
export function readArguments(command: string, args: readonly string[], options: ParseArgsOptionsConfig): Arguments {
  try {
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [file, ...more] = positionals
    if (file === undefined) throw new CommandError(`${command} needs the file of the app: sallyport ${command} main.ts`)
    if (more.length > 0) throw new CommandError(`${command} takes one file, not ${positionals.length}.`)
    return { file, values: values as Arguments['values'] }
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(`${command}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The options of commands that serve. */
export const SERVE_OPTIONS: ParseArgsOptionsConfig = {
  port: { type: 'string', short: 'p' },
  host: { type: 'string' },
  'root-path': { type: 'string' },
}

/** A port, from the option or the environment. */
export function readPort(given: string | boolean | undefined): number {
  const text = given ?? process.env.PORT ?? '8000'
  if (typeof text !== 'string' || !/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new CommandError(`The port is a number from 0 to 65535, not ${JSON.stringify(text)}. Change --port or PORT.`)
  }
  return Number(text)
}
