import { OAuth2PasswordBearer } from 'sallyport/security'

export const scheme = new OAuth2PasswordBearer({ tokenURL: 'token' })
