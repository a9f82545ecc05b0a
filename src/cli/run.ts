import { ListenError, type Server, serve } from '../adapters/node.ts'
import type { App } from '../app.ts'
import { readArguments, readServeOptions, SERVE_OPTIONS } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { listenSentence } from './listen-sentence.ts'
import { listingTable, listOperations } from './listing.ts'
import { loadApp } from './load-app.ts'
import { unservedTokenUrls } from './unserved.ts'

/** `sallyport run main.ts`: serves the app until it is told to stop. */
export async function run(args: readonly string[]): Promise<undefined> {
  const { file, values } = readArguments('run', args, SERVE_OPTIONS)
  const options = readServeOptions(values)
  const app = await loadApp(file)
  const { title } = app.openapi().info // what the document refuses is said now, not to the first visitor
  stopWithDev()
  try {
    const server = await serve(app, options)
    process.stdout.write(greeting(app, title, server, options.rootPath))
    for (const sentence of unservedTokenUrls(app)) process.stderr.write(`sallyport: ${sentence}\n`)
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    throw new CommandError(listenSentence(error, options), { cause: error })
  }
}

/** Started by `dev`, it does not outlive it, however that ended: it would keep the port. */
function stopWithDev(): void {
  if (!process.env.WATCH_REPORT_DEPENDENCIES) return
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref() // who listens for that would be kept alive by it
}

function greeting(app: App, title: string, { url }: Server, rootPath: string | undefined): string {
  const lines = [listingTable(listOperations(app)), `${title} is served at ${url}`]
  // No browser reaches a Unix socket: what is in front of it has an address of its own.
  if (app.docsUrl && !url.startsWith('unix:')) lines.push(`Its docs are at ${new URL(app.docsUrl, url).href}`)
  if (rootPath)
    lines.push(`Behind the proxy it is all under ${rootPath}, the docs too: ${rootPath}${app.docsUrl ?? ''}`)
  return `${lines.join('\n')}\n`
}
