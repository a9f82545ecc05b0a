import { dependency, Query } from 'sallyport'
import { override } from 'sallyport/testing'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import app, { getNow, getWeather } from './main.ts'

// #region clear
afterEach(() => app.overrides.clear())
// #endregion clear

// #region set
test('a coat is for cold days', async () => {
  app.overrides.set(getWeather, () => ({ degrees: 4 }))
  app.overrides.set(getNow, () => new Date('2026-01-06T08:00:00Z'))

  const response = await app.request('/coat')

  expect(await response.json()).toEqual({ coat: true, at: '2026-01-06T08:00:00.000Z' })
})
// #endregion set

// #region params
test('a stand-in has parameters of its own', async () => {
  const byQuery = dependency({ degrees: Query(z.int()) }, ({ degrees }) => ({
    degrees,
  }))
  app.overrides.set(getWeather, byQuery)

  expect((await app.request('/coat?degrees=25')).status).toBe(200)
  expect((await app.request('/coat?city=Riga')).status).toBe(422)
})
// #endregion params

// #region using
test('an override for one test', async () => {
  {
    using _cold = override(app, getWeather, { degrees: -3 })
    expect(await (await app.request('/coat')).json()).toMatchObject({ coat: true })
  }
  expect(app.overrides.size).toBe(0)
})
// #endregion using
