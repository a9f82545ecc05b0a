import { App, Query } from 'sallyport'
import { z } from 'zod'

new App().get('/items', { params: { q: Query(z.string()) } }, ({ query }) => query)
