import { anyOf } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

export const caller = anyOf(new HTTPBearer())
