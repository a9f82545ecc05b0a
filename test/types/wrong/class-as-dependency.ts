import { App } from 'sallyport'

class Database {}
new App().get('/items', { params: { db: Database } }, ({ db }) => db)
