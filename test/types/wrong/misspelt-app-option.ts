import { App } from 'sallyport'

export const app = new App({ titel: 'Items' })
