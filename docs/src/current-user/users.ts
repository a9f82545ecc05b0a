/** The users, in the place of a database. */
export interface User {
  username: string
  email: string
  fullName: string
  disabled: boolean
}

const users = new Map<string, User>([
  [
    'johndoe',
    {
      username: 'johndoe',
      email: 'johndoe@example.com',
      fullName: 'John Doe',
      disabled: false,
    },
  ],
  [
    'alice',
    {
      username: 'alice',
      email: 'alice@example.com',
      fullName: 'Alice Wonderson',
      disabled: true,
    },
  ],
])

export function findUser(username: string): User | undefined {
  return users.get(username)
}
