import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { ServeOptions } from '../adapters/node.ts'
import { readPrefix } from '../adapters/option-values.ts'
import { TrustedProxies } from '../adapters/proxy.ts'
import { didYouMean } from '../suggestion.ts'
import { CommandError } from './command-error.ts'

/** The file and the options of a command. */
export interface Arguments {
  readonly file: string
  readonly values: Readonly<Record<string, string | boolean | undefined>>
}

/** @throws CommandError for options that the command does not have, and when there is not exactly one file. */
export function readArguments(command: string, args: readonly string[], options: ParseArgsOptionsConfig): Arguments {
  const { positionals, values } = parse(command, args, options)
  const [file, ...more] = positionals
  if (file === undefined) throw new CommandError(`${command} needs the file of the app: sallyport ${command} main.ts`)
  if (more.length > 0) throw new CommandError(`${command} takes one file, not ${positionals.length}.`)
  return { file, values: values as Arguments['values'] }
}

function parse(
  command: string,
  args: readonly string[],
  options: ParseArgsOptionsConfig,
): ReturnType<typeof parseArgs> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const [, unknown] = /'([^']*)'/.exec(message) ?? []
      const names = Object.keys(options)
      const known = names.map((name) => `--${name}`).join(', ')
      const meant = didYouMean(unknown ?? '', names, (name) => `--${name}`)
      throw new CommandError(`${command} has no option ${unknown}.${meant} It has: ${known}.`, { cause: error })
    }
    // Only the first sentence: the others are about a syntax that nobody meant.
    throw new CommandError(`${command}: ${message.split('\n')[0]}`, { cause: error })
  }
}

/** The options of commands that serve. */
export const SERVE_OPTIONS: ParseArgsOptionsConfig = {
  port: { type: 'string', short: 'p' },
  host: { type: 'string' },
  unix: { type: 'string' },
  'root-path': { type: 'string' },
  'trust-proxy': { type: 'string' },
}

/**
 * What the options of {@link SERVE_OPTIONS} ask of `serve`.
 *
 * @throws CommandError for a value that cannot be meant.
 */
export function readServeOptions(values: Arguments['values']): ServeOptions {
  const { unix, host = process.env.HOST || '127.0.0.1', 'root-path': rootPath, 'trust-proxy': proxies } = values
  const trustProxy = typeof proxies === 'string' ? proxies.split(',').map((address) => address.trim()) : undefined
  try {
    return {
      ...(unix === undefined ? { port: readPort(values.port), hostname: String(host) } : { unix: readSocket(values) }),
      ...(typeof rootPath === 'string' ? { rootPath: readPrefix('--root-path', rootPath) } : {}),
      ...(trustProxy && new TrustedProxies('--trust-proxy', trustProxy) ? { trustProxy } : {}),
    }
  } catch (error) {
    if (error instanceof TypeError) throw new CommandError(error.message, { cause: error })
    throw error
  }
}

function readSocket({ unix, port, host }: Arguments['values']): string {
  if (typeof unix !== 'string' || unix === '')
    throw new CommandError('--unix is the path of a socket: --unix /run/app.sock')
  if (port !== undefined || host !== undefined)
    throw new CommandError('--unix stands in the place of --port and --host. Leave them out, or leave --unix out.')
  return unix
}

function readPort(given: string | boolean | undefined): number {
  const text = given ?? (process.env.PORT || '8000')
  if (typeof text !== 'string' || !/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    const where = given === undefined ? 'the environment variable PORT' : '--port'
    throw new CommandError(`A port is a number from 0 to 65535, not ${JSON.stringify(text)}. Change ${where}.`)
  }
  return Number(text)
}
