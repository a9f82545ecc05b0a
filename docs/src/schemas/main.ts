import { App, Body, Query } from 'sallyport'
import { z } from 'zod'

const app = new App({ title: 'Schemas' })

// #region nested
const Picture = z.object({ url: z.url(), caption: z.string().optional() })

const Offer = z.object({
  name: z.string(),
  pictures: z.array(Picture).max(3).default([]),
  stock: z.record(z.string(), z.int().min(0)),
})

app.post('/offers', { params: { offer: Body(Offer) }, status: 201 }, ({ offer }) => ({
  name: offer.name,
  pictures: offer.pictures.length,
  pieces: Object.values(offer.stock).reduce((sum, each) => sum + each, 0),
}))
// #endregion nested

// #region list
const pictures = Body(z.array(Picture).min(1))

app.post('/pictures', { params: { pictures }, status: 201 }, ({ pictures }) =>
  pictures.map(({ url }) => url),
)
// #endregion list

// #region union
const Visit = z.discriminatedUnion('by', [
  z.object({ by: z.literal('foot'), guests: z.int() }),
  z.object({ by: z.literal('cart'), horses: z.int() }),
])

app.post('/visits', { params: { visit: Body(Visit) }, status: 201 }, ({ visit }) =>
  visit.by === 'foot' ? { guests: visit.guests } : { horses: visit.horses },
)
// #endregion union

// #region described
const Gate = z
  .object({
    name: z
      .string()
      .meta({ description: 'What the guards say.', examples: ['postern'] }),
    width: z.number().positive().describe('In metres.'),
  })
  .meta({ id: 'Gate', description: 'A way into the castle.' })

const gate = Body(Gate, {
  examples: {
    small: { summary: 'On foot', value: { name: 'postern', width: 0.9 } },
    big: { summary: 'With a cart', value: { name: 'main gate', width: 3.5 } },
  },
})

app.post(
  '/gates',
  { params: { gate }, response: Gate, status: 201 },
  ({ gate }) => gate,
)
// #endregion described

// #region dates
const Day = z.iso.date().transform((text) => new Date(`${text}T00:00:00Z`))

app.get('/weekday', { params: { day: Query(Day) } }, ({ day }) => ({
  weekday: day.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' }),
  midnight: day,
}))
// #endregion dates

export default app
