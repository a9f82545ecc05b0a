/** The users, in the place of a database, each with the scopes that they may have. */
import { PasswordHash } from 'sallyport/password'

export interface User {
  username: string
  disabled: boolean
  mayHave: readonly string[]
}

const passwordHash = PasswordHash.recommended()

const users = new Map<string, User & { hashedPassword: string }>([
  [
    'johndoe',
    {
      username: 'johndoe',
      disabled: false,
      mayHave: ['me', 'items'],
      hashedPassword:
        '$argon2id$v=19$m=19456,t=2,p=1$oB6zCSkh3B70JTm6oe1W0w$kHpvweRbzYhuE0qroYxOljdUVGGjKBSsdjH9mqjM8kg',
    },
  ],
  [
    'alice',
    {
      username: 'alice',
      disabled: false,
      mayHave: ['me'],
      hashedPassword:
        '$argon2id$v=19$m=19456,t=2,p=1$Fulet6GMUqLGdQcI01fJrA$4Col+GEAKCmed941ng/VHU592gVY2PsvvfJ5dL8tMtk',
    },
  ],
])

export function findUser(username: string): User | undefined {
  return users.get(username)
}

export function authenticate(
  username: string,
  password: string,
): Promise<User | undefined> {
  return passwordHash.authenticate((name) => users.get(name), username, password)
}
