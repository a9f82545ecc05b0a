import { readArguments } from './arguments.ts'
import { listingTable, listOperations } from './listing.ts'
import { loadApp } from './load-app.ts'

/** `sallyport routes main.ts`: lists every operation with an open or closed lock, and what it requires. */
export async function routes(args: readonly string[]): Promise<number> {
  const { file, values } = readArguments('routes', args, { json: { type: 'boolean' } })
  const listed = listOperations(await loadApp(file))
  process.stdout.write(values.json ? `${JSON.stringify(listed, null, 2)}\n` : listingTable(listed))
  return 0
}
