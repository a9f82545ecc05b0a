import { App, Query } from 'sallyport'
import { z } from 'zod'

new App().get('/items/{id}', { params: { id: Query(z.string()) } }, ({ id }) => id)
