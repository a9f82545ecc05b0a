/** The program `create-sallyport`, which `npm create sallyport` runs. */
import { basename, resolve } from 'node:path'
import { type Arguments, readArguments } from './arguments.ts'
import { nextSteps } from './next-steps.ts'
import { startedBy } from './package-manager.ts'
import { projectFiles } from './project-files.ts'
import { assertProjectName } from './project-name.ts'
import { ask, DEFAULT_FOLDER, Stopped } from './questions.ts'
import { TEMPLATES, type Template, templateList } from './templates.ts'
import { UsageError } from './usage-error.ts'
import { readVersions } from './versions.ts'
import { assertFolder, writeProject } from './write-project.ts'

const HELP = `npm create sallyport [folder] -- [options]

Writes a project with Sallyport: an app, its tests, lint, types, Dockerfile, CI and a locked audit.
It asks for what is missing.

  -t, --template NAME       what kind of project:
${templateList().replace(/^ {2}/gm, '      ')}
      --name NAME           the name in package.json; the folder's
  -y, --yes                 asks nothing: ${DEFAULT_FOLDER}, and the template ${TEMPLATES[0].name}
      --force               writes into a folder that has something in it
      --package-manager PM  npm, pnpm, yarn or bun, for the commands that are printed;
                            the one that runs this
      --sallyport SPEC      what package.json says of sallyport, to try a branch or a file:
                            file:../sallyport-0.1.0.tgz
  -h, --help                prints this
  -v, --version             prints the version
`

/** @returns the exit status: 2 for what the user can put right, 130 when the questions were ended. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await create(readArguments(args, process.env))
    return 0
  } catch (error) {
    if (error instanceof Stopped) {
      process.stderr.write('\nNothing was written.\n')
      return 130
    }
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`create-sallyport: ${error.message}\n`)
    return 2
  }
}

async function create(given: Arguments): Promise<void> {
  const versions = readVersions()
  if (given.help) return print(HELP)
  if (given.version) return print(`${versions.sallyport}\n`)
  const nameIn = (folder: string): string => given.name ?? basename(resolve(folder))
  const check = (folder: string): void => {
    assertProjectName(nameIn(folder), given.name === undefined ? 'folder' : '--name')
    assertFolder(folder, given.force)
  }
  // What is wrong with the command line is said before anything is asked.
  if (given.folder !== undefined) check(given.folder)
  const { folder, template } = await complete(given, check)
  check(folder)
  const name = nameIn(folder)
  const environment = writeProject(folder, projectFiles({ name, template, versions, sallyport: given.sallyport }))
  const packageManager = given.packageManager ?? startedBy(process.env.npm_config_user_agent)
  print(nextSteps({ folder, name, template, packageManager, environment, node: process.versions.node }))
}

/** @throws UsageError where something is missing, and nobody is there to ask. */
async function complete(
  { folder, template, yes }: Arguments,
  check: (folder: string) => void,
): Promise<{ folder: string; template: Template }> {
  if (yes) return { folder: folder ?? DEFAULT_FOLDER, template: template ?? TEMPLATES[0] }
  if ((folder === undefined || template === undefined) && !(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new UsageError(
      `There is no terminal to ask on. Say all of it, npm create sallyport my-app -- --template NAME, or take what --yes takes. Templates:\n${templateList()}`,
    )
  }
  return ask({ folder, template }, check, { input: process.stdin, output: process.stdout })
}

function print(text: string): void {
  process.stdout.write(text)
}
