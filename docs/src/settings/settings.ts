import { existsSync } from 'node:fs'
import { Secret } from 'sallyport'
import { z } from 'zod'

const Settings = z.object({
  ADMIN_EMAIL: z.email().default('admin@example.com'),
  ITEMS_PER_PAGE: z.coerce.number().int().min(1).max(100).default(2),
  MAIL_KEY: z
    .string()
    .min(16)
    .transform((key) => new Secret(key))
    .optional(),
})

export type Settings = z.infer<typeof Settings>

/** Reads the environment. Throws an Error that names what is wrong, and shows no value. */
export function readSettings(environment = process.env): Settings {
  const { success, data, error } = Settings.safeParse(environment)
  if (success) return data
  const wrong = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new Error(`The settings are not right. ${wrong.join('; ')}`)
}

/** What `.env` says is added to the environment; what is there already stays. */
export function readFile(path = '.env'): void {
  if (existsSync(path)) process.loadEnvFile(path)
}
