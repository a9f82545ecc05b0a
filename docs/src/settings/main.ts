import { App } from 'sallyport'
import { readFile, readSettings, type Settings } from './settings.ts'

const items = ['portcullis', 'drawbridge', 'murder hole']

export function makeApp(settings: Settings): App {
  const app = new App({ title: 'Settings', contact: { email: settings.ADMIN_EMAIL } })
  app.get('/items', () => items.slice(0, settings.ITEMS_PER_PAGE))
  return app
}

readFile()
export default makeApp(readSettings())
