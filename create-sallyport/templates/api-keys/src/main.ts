/** The program. `node src/main.ts` serves; `sallyport dev`, `audit` and the like load the app from here. */
import { requestLog } from 'sallyport'
import { serve } from 'sallyport/node'
import { createApp } from './app.ts'
import { readSettings } from './settings.ts'

const settings = readSettings()
const app = createApp(settings)
app.observe(requestLog({ skip: ({ route }) => route === '/health' }))

export default app

if (import.meta.main) {
  const server = await serve(app, { hostname: settings.HOST, port: settings.PORT })
  console.log(`Listening at ${server.url}, with the docs at ${server.url}/docs`)
}
