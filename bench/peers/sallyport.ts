/** Ours on Node. */
import { serve } from 'sallyport/node'
import { PORT } from './contract.ts'
import { answerQuestions } from './questions.ts'
import { sallyport } from './sallyport-app.ts'

const { app, keys } = await sallyport()
await serve(app, { port: PORT })
answerQuestions(keys)
