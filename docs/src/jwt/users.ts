/** The users, in the place of a database: with hashes, and no passwords. */
import { PasswordHash } from 'sallyport/password'

export interface User {
  username: string
  email: string
  fullName: string
  disabled: boolean
}

interface StoredUser extends User {
  hashedPassword: string
}

const users = new Map<string, StoredUser>([
  [
    'johndoe',
    {
      username: 'johndoe',
      email: 'johndoe@example.com',
      fullName: 'John Doe',
      disabled: false,
      hashedPassword:
        '$argon2id$v=19$m=19456,t=2,p=1$oB6zCSkh3B70JTm6oe1W0w$kHpvweRbzYhuE0qroYxOljdUVGGjKBSsdjH9mqjM8kg',
    },
  ],
  [
    'alice',
    {
      username: 'alice',
      email: 'alice@example.com',
      fullName: 'Alice Wonderson',
      disabled: true,
      hashedPassword:
        '$argon2id$v=19$m=19456,t=2,p=1$Fulet6GMUqLGdQcI01fJrA$4Col+GEAKCmed941ng/VHU592gVY2PsvvfJ5dL8tMtk',
    },
  ],
])

export function findUser(username: string): User | undefined {
  return users.get(username)
}

// #region authenticate
const passwordHash = PasswordHash.recommended()

/** The user with this name and password. */
export function authenticate(
  username: string,
  password: string,
): Promise<User | undefined> {
  return passwordHash.authenticate((name) => users.get(name), username, password, {
    update: (user, hashedPassword) =>
      users.set(user.username, { ...user, hashedPassword }),
  })
}
// #endregion authenticate

/** Lets a user do nothing more. */
export function disable(username: string): void {
  const user = users.get(username)
  if (user) users.set(username, { ...user, disabled: true })
}
