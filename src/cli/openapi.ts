import { writeFileSync } from 'node:fs'
import { readArguments } from './arguments.ts'
import { loadApp } from './load-app.ts'

/** `sallyport openapi main.ts`: prints the document, or writes it to a file. */
export async function openapi(args: readonly string[]): Promise<number> {
  const { file, values } = readArguments('openapi', args, { output: { type: 'string', short: 'o' } })
  const app = await loadApp(file)
  const text = `${JSON.stringify(app.openapi(), null, 2)}\n`
  if (typeof values.output === 'string') writeFileSync(values.output, text)
  else process.stdout.write(text)
  return 0
}
