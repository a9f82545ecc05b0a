import express, { type Express } from 'express'
import { toNodeHandler } from 'sallyport/node'
import api from './main.ts'

export const site: Express = express()
site.use('/api', toNodeHandler(api))
site.use(express.json()) // behind the app, which reads its bodies itself
site.post('/form', (req, res) => res.json(req.body))
