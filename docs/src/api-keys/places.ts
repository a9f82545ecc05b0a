import { App } from 'sallyport'
import { APIKeyCookie, APIKeyHeader, APIKeyQuery } from 'sallyport/security'

const inHeader = new APIKeyHeader({ name: 'X-API-Key' })
const inQuery = new APIKeyQuery({ name: 'api_key' })
const inCookie = new APIKeyCookie({ name: 'key' })

const app = new App({ title: 'Three places for a key' })

app.get('/header', { params: { key: inHeader } }, ({ key }) => ({
  lengthOfTheKey: key.length,
}))
app.get('/query', { params: { key: inQuery } }, ({ key }) => ({
  lengthOfTheKey: key.length,
}))
app.get('/cookie', { params: { key: inCookie } }, ({ key }) => ({
  lengthOfTheKey: key.length,
}))

export default app
