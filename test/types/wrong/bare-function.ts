import { App } from 'sallyport'

const getDb = () => 'a database'
new App().get('/items', { params: { db: getDb } }, ({ db }) => db)
