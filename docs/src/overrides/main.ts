import { App, dependency, HTTPException, Query } from 'sallyport'
import { z } from 'zod'

export const getWeather = dependency({ city: Query(z.string()) }, async ({ city }) => {
  const response = await fetch(`https://weather.example/${encodeURIComponent(city)}`)
  if (!response.ok) throw new HTTPException(503, 'The weather is not known')
  return (await response.json()) as { degrees: number }
})

export const getNow = dependency(() => new Date())

const app = new App({ title: 'Overrides' })

app.get(
  '/coat',
  { params: { weather: getWeather, now: getNow } },
  ({ weather, now }) => ({ coat: weather.degrees < 12, at: now.toISOString() }),
)

export default app
