import { Security } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

export const user = Security(new HTTPBearer(), ['items'])
