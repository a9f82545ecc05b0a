import { App } from 'sallyport'
import api from './main.ts'

// Next does not take the prefix off: it is a place in an app around yours.
const site = new App({ openapiUrl: null })
site.mount('/api', api)

const handler = (request: Request): Promise<Response> => site.fetch(request)

export const dynamic = 'force-dynamic' // no answer to one caller is kept for another
export const runtime = 'nodejs'
export {
  handler as DELETE,
  handler as GET,
  handler as HEAD,
  handler as OPTIONS,
  handler as PATCH,
  handler as POST,
  handler as PUT,
}
