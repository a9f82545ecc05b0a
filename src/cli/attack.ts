import { pathToFileURL } from 'node:url'
import { stepsOf } from '../testing/attack-report.ts'
import { type AttackOptions, attack as attackApp, ProductionError } from '../testing/index.ts'
import { readArguments } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { findFile, loadApp } from './load-app.ts'

/**
 * `sallyport attack main.ts`: attacks the app in this process, and prints what was found.
 *
 * `--credentials` names a module whose default export is the options of `attack()`, or a function that gives them: how credentials are
 * made, canaries, what may be open.
 *
 * With `--strict` nothing may be left untried for want of credentials.
 *
 * @returns 1 when there is a hole; with `--strict` also when something was not tried that the credentials module could have allowed.
 */
export async function attack(args: readonly string[]): Promise<number> {
  const { file, values } = readArguments('attack', args, {
    credentials: { type: 'string', short: 'c' },
    json: { type: 'boolean' },
    strict: { type: 'boolean' },
  })
  const app = await loadApp(file)
  const options = typeof values.credentials === 'string' ? await readOptions(values.credentials) : {}
  await app.start()
  try {
    const report = await attackApp(app, options)
    const { failures, skipped, notes, requests, operations } = report
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ requests, operations, failures, skipped, notes }, null, 2)}\n`
        : report.toString(),
    )
    const { untried } = report
    if (values.strict && untried.length > 0) {
      const steps = stepsOf(untried).map((step) => `  ${step}`)
      const where = typeof values.credentials === 'string' ? values.credentials : 'the module of --credentials'
      process.stderr.write(`Not all was tried, and --strict says that it must be. In ${where}:\n${steps.join('\n')}\n`)
      return 1
    }
    return report.ok ? 0 : 1
  } catch (error) {
    const ours = error instanceof TypeError && error.message.startsWith('attack()')
    if (ours || error instanceof ProductionError) throw new CommandError(error.message, { cause: error })
    throw error
  } finally {
    await app.stop()
  }
}

/** @throws CommandError for a file that is not there or gives no options. What the module itself throws is thrown on. */
async function readOptions(file: string): Promise<AttackOptions> {
  const module = (await import(pathToFileURL(findFile(file)).href)) as { readonly default?: unknown }
  const given: unknown = typeof module.default === 'function' ? await module.default() : module.default
  if (typeof given === 'object' && given !== null) return given as AttackOptions
  throw new CommandError(
    `${file} has no options of attack() as its default export. Write: export default { credentials: { … } }`,
  )
}
