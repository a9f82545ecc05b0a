import { HTTPBearer } from 'sallyport/security'

export const scheme = HTTPBearer()
