/** The users, in the place of a database, and a hash that is none. */
export interface User {
  username: string
  email: string
  fullName: string
  disabled: boolean
}

export interface StoredUser extends User {
  hashedPassword: string
}

/** Looks like a hash and is none: whoever reads it reads the password. */
export function fakeHash(password: string): string {
  return `fakehashed-${password}`
}

export const users: ReadonlyMap<string, StoredUser> = new Map([
  [
    'johndoe',
    {
      username: 'johndoe',
      email: 'johndoe@example.com',
      fullName: 'John Doe',
      disabled: false,
      hashedPassword: 'fakehashed-secret',
    },
  ],
  [
    'alice',
    {
      username: 'alice',
      email: 'alice@example.com',
      fullName: 'Alice Wonderson',
      disabled: true,
      hashedPassword: 'fakehashed-secret2',
    },
  ],
])
