import { toJsonSchema, toStandardJsonSchema } from '@valibot/to-json-schema'
import { App, Body, Query } from 'sallyport'
import * as v from 'valibot'

const app = new App({ title: 'Valibot' })

// #region wrapped
const Limit = v.optional(v.pipe(v.number(), v.integer(), v.maxValue(100)), 10)
const limit = Query(toStandardJsonSchema(Limit))

app.get('/items', { params: { limit } }, ({ limit }) => ({ limit }))
// #endregion wrapped

// #region check
const Span = v.pipe(
  v.object({ from: v.number(), until: v.number() }),
  v.check(({ from, until }) => from <= until, 'from is after until'),
)

const jsonSchema = {
  ...toJsonSchema(Span, {
    target: 'draft-2020-12',
    typeMode: 'input',
    errorMode: 'ignore',
  }),
}

app.post('/spans', { params: { span: Body(Span, { jsonSchema }) } }, ({ span }) => ({
  length: span.until - span.from,
}))
// #endregion check

export default app
