import { App } from 'sallyport'

new App().get('/items', {}, (_req, res) => res.json([]))
