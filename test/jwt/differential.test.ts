import { expect, test } from 'vitest'
import { compare, editAndSign, mutate, newTally, random, SUBJECTS, seeds, subjectFor } from './differential.ts'

// jose is the judge. `npm run vectors` does the same a million times.
test.each(SUBJECTS)('%s: takes nothing that jose refuses, and refuses more only by a named rule', async (algorithm) => {
  const subject = await subjectFor(algorithm)
  const tally = newTally()
  const tokens = await seeds(subject)
  for (const token of tokens) await compare(subject, token, tally)
  const next = random(7515)
  for (let count = 0; count < 150; count++) {
    await compare(subject, mutate(tokens[Math.floor(next() * tokens.length)] as string, next), tally)
  }
  for (let count = 0; count < 100; count++) await compare(subject, await editAndSign(subject, next), tally)
  expect(tally.failures).toEqual([])
  expect(tally.bothAccept).toBeGreaterThan(10)
  expect(tally.bothRefuse).toBeGreaterThan(50)
})
