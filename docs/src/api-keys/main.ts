import { App } from 'sallyport'
import { APIKeyHeader } from 'sallyport/security'

const apiKey = new APIKeyHeader({ name: 'X-API-Key' })

const app = new App({ title: 'API keys' })

app.get('/items', { params: { key: apiKey } }, ({ key }) => ({
  lengthOfTheKey: key.length,
}))

export default app
