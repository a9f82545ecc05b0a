import { dependency, Security, SecurityScopes } from 'sallyport'
import { OAuth2PasswordBearer } from 'sallyport/security'

const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me.', items: 'Items.' } })
const getUser = dependency({ token: scheme, scopes: SecurityScopes }, ({ token }) => token)
export const user = Security(getUser, ['itmes'])
