import { dependency } from 'sallyport'

export interface User {
  readonly name: string
  readonly items: readonly string[]
}

const users = new Map<string, User>([
  ['johndoe', { name: 'johndoe', items: ['a towel'] }],
])

/** Stands for a database. */
export async function findUser(name: string): Promise<User | undefined> {
  return users.get(name)
}

export type SendMail = (to: string, text: string) => Promise<void>

/** Gives what sends mail; without MAIL_URL nobody gets any. */
export const mailer = dependency(
  (): SendMail => async (to, text) => {
    const server = process.env.MAIL_URL
    if (server)
      await fetch(server, { method: 'POST', body: JSON.stringify({ to, text }) })
  },
)
