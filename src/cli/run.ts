import { type Server, serve } from '../adapters/node.ts'
import type { App } from '../app.ts'
import { readArguments, readPort, SERVE_OPTIONS } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { listingTable, listOperations } from './listing.ts'
import { loadApp } from './load-app.ts'

/** `sallyport run main.ts`: serves the app until it is told to stop. */
export async function run(args: readonly string[]): Promise<number> {
  const { file, values } = readArguments('run', args, SERVE_OPTIONS)
  const app = await loadApp(file)
  const rootPath = values['root-path']
  try {
    const server = await serve(app, {
      port: readPort(values.port),
      hostname: typeof values.host === 'string' ? values.host : (process.env.HOST ?? '127.0.0.1'),
      ...(typeof rootPath === 'string' ? { rootPath } : {}),
    })
    process.stdout.write(greeting(app, server))
  } catch (error) {
    if (error instanceof Error && error.name === 'ListenError') throw new CommandError(error.message, { cause: error })
    throw error
  }
  return 0
}

function greeting(app: App, { url }: Server): string {
  const { title } = app.openapi().info
  const lines = [listingTable(listOperations(app)), `${title} is served at ${url}`]
  if (app.docsUrl) lines.push(`Its docs are at ${new URL(app.docsUrl, url).href}`)
  return `${lines.join('\n')}\n`
}
