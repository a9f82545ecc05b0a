import { createInterface, type Interface } from 'node:readline/promises'
import { TEMPLATES, type Template, templateList } from './templates.ts'
import { UsageError } from './usage-error.ts'

/** What the questions are asked on. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
}

/** The user has ended the questions, with Ctrl+C or Ctrl+D. */
export class Stopped extends Error {}

export const DEFAULT_FOLDER = 'sallyport-app'

/** What is asked for: what is not undefined is not asked. */
interface Answers {
  readonly folder: string | undefined
  readonly template: Template | undefined
}

/**
 * Asks for what is missing; a wrong answer is told why, and asked again.
 *
 * @param checkFolder throws a UsageError for a folder that will not do.
 * @throws Stopped
 */
export async function ask(
  { folder, template }: Answers,
  checkFolder: (folder: string) => void,
  terminal: Terminal,
): Promise<{ folder: string; template: Template }> {
  if (folder !== undefined && template !== undefined) return { folder, template }
  const lines = createInterface(terminal)
  const stopped = new Promise<never>((_, reject) => {
    lines.once('close', () => reject(new Stopped()))
  })
  stopped.catch(() => {}) // also when nobody asks any more
  const answer = <T>(question: string, read: (text: string) => T): Promise<T> =>
    Promise.race([stopped, untilFit(lines, terminal, question, read)])
  const choice = (): Promise<Template> => {
    terminal.output.write(numberedTemplates())
    return answer('Number or name (1): ', chosen)
  }
  try {
    return {
      folder: folder ?? (await answer(`Folder (${DEFAULT_FOLDER}): `, (text) => checked(text, checkFolder))),
      template: template ?? (await choice()),
    }
  } finally {
    lines.close()
  }
}

async function untilFit<T>(
  lines: Interface,
  { output }: Terminal,
  question: string,
  read: (text: string) => T,
): Promise<T> {
  for (;;) {
    const text = (await lines.question(question)).trim()
    try {
      return read(text)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      output.write(`${error.message}\n`)
    }
  }
}

function checked(text: string, check: (folder: string) => void): string {
  const folder = text || DEFAULT_FOLDER
  check(folder)
  return folder
}

function numberedTemplates(): string {
  const lines = templateList().split('\n')
  return `Template:\n${lines.map((line, index) => `  ${index + 1}${line}\n`).join('')}`
}

function chosen(text: string): Template {
  const template = TEMPLATES[text === '' ? 0 : Number(text) - 1] ?? TEMPLATES.find(({ name }) => name === text)
  if (template) return template
  throw new UsageError(`There is no ${text} among them.`)
}
