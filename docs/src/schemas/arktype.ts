import { type } from 'arktype'
import { App, Body, Query } from 'sallyport'

const app = new App({ title: 'ArkType' })

const Page = type({ limit: 'number.integer <= 100 = 10' })

app.get('/items', { params: { page: Query(Page) } }, ({ page }) => page)

const Item = type({ '+': 'delete', name: 'string', price: 'number > 0' })

app.post('/items', { params: { item: Body(Item) }, status: 201 }, ({ item }) => item)

export default app
