import { writeFileSync } from 'node:fs'
import { readArguments } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { loadApp } from './load-app.ts'

/** `sallyport openapi main.ts`: prints the document, or writes it to a file. */
export async function openapi(args: readonly string[]): Promise<number> {
  const { file, values } = readArguments('openapi', args, { output: { type: 'string', short: 'o' } })
  const app = await loadApp(file)
  const text = `${JSON.stringify(app.openapi(), null, 2)}\n`
  if (typeof values.output !== 'string') {
    process.stdout.write(text)
    return 0
  }
  try {
    writeFileSync(values.output, text)
  } catch (error) {
    throw new CommandError(`The document could not be written: ${(error as Error).message}`, { cause: error })
  }
  process.stderr.write(`Wrote ${values.output}.\n`)
  return 0
}
