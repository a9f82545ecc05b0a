/** The users, in the place of a database: hashes, and what they may have. */
import { PasswordHash } from 'sallyport/password'

export interface User {
  username: string
  email: string
  mayHave: readonly string[]
}

const users = new Map<string, User & { hashedPassword: string }>([
  [
    'johndoe',
    {
      username: 'johndoe',
      email: 'johndoe@example.com',
      mayHave: ['items'],
      hashedPassword:
        '$argon2id$v=19$m=19456,t=2,p=1$oB6zCSkh3B70JTm6oe1W0w$kHpvweRbzYhuE0qroYxOljdUVGGjKBSsdjH9mqjM8kg',
    },
  ],
  [
    'alice',
    {
      username: 'alice',
      email: 'alice@example.com',
      mayHave: [],
      hashedPassword:
        '$argon2id$v=19$m=19456,t=2,p=1$Fulet6GMUqLGdQcI01fJrA$4Col+GEAKCmed941ng/VHU592gVY2PsvvfJ5dL8tMtk',
    },
  ],
])

export function findUser(username: string): User | undefined {
  return users.get(username)
}

const passwordHash = PasswordHash.recommended()

/** The user with this name and password. */
export function authenticate(
  username: string,
  password: string,
): Promise<User | undefined> {
  return passwordHash.authenticate((name) => users.get(name), username, password)
}
