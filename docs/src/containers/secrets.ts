import { readFileSync } from 'node:fs'

/**
 * Reads a secret: out of the file that `<name>_FILE` names, else out of the environment.
 *
 * @throws Error that names the variable, and nothing of what is in it.
 */
export function readSecret(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const file = environment[`${name}_FILE`]
  const secret =
    file === undefined ? environment[name] : readFileSync(file, 'utf8').trim()
  if (secret === undefined || secret === '')
    throw new Error(`Set ${name}, or ${name}_FILE to the path of a file that has it.`)
  return secret
}
