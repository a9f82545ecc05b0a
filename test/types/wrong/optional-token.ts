import { dependency } from 'sallyport'
import { OAuth2PasswordBearer } from 'sallyport/security'

const optional = new OAuth2PasswordBearer({ tokenUrl: 'token', autoError: false })
export const length = dependency({ token: optional }, ({ token }) => token.length)
