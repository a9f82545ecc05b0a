/** What the environment says. What is missing or wrong is named at the start; no value is ever shown. */
import { existsSync } from 'node:fs'
import { z } from 'zod'

const Settings = z.object({
  DATABASE: z.string().min(1).default('data/keys.sqlite'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8000),
})

export type Settings = z.infer<typeof Settings>

/** Reads `.env` where there is one; what the environment has already stays. */
export function readSettings(): Settings {
  const file = new URL('../.env', import.meta.url)
  if (existsSync(file)) process.loadEnvFile(file)
  const { success, data, error } = Settings.safeParse(process.env)
  if (success) return data
  const wrong = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  throw new Error(`The settings are not right: ${wrong}. .env.example says what they are.`)
}
