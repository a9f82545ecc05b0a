import { App } from 'sallyport'

new App().get('/items/{id}', () => 'an item')
