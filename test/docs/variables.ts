/** What a page keeps in variables of the shell, as `$ TOKEN=$(curl -d … http://127.0.0.1:8000/token | jq -r .access_token)` does. */
import { expect } from 'vitest'
import { type Answering, answerTo } from './curl.ts'

/** The variables of one page. */
export class Variables {
  readonly #values = new Map<string, string>()

  /** Runs an assignment; false for any other command. */
  async assign(app: Answering, command: string): Promise<boolean> {
    const [, name, curl = '', field = ''] = /^(\w+)=\$\((curl .+) \| jq -r \.(\w+)\)$/.exec(command) ?? []
    if (name === undefined) return false
    const { body } = await answerTo(app, this.fill(curl))
    const value: unknown = (JSON.parse(body) as Record<string, unknown>)[field]
    expect(value, `${command}: ${field} of ${body}`).toBeTypeOf('string')
    this.#values.set(name, String(value))
    return true
  }

  /** The command with the values of `$TOKEN` and `${TOKEN}` in their places. */
  fill(command: string): string {
    return command.replace(/\$(?:(\w+)|\{(\w+)\})/g, (written, bare?: string, braced?: string) => {
      const value = this.#values.get(bare ?? braced ?? '')
      if (value === undefined) throw new Error(`Nothing sets ${written} before: ${command}`)
      return value
    })
  }
}
