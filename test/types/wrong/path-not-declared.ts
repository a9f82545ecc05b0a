import { App, Query } from 'sallyport'
import { z } from 'zod'

new App().get('/items/{id}', { params: { q: Query(z.string()) } }, ({ q }) => q)
