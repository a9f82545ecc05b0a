import { type AttackReport, attack } from 'sallyport/testing'
import credentials from './credentials.ts'
import app from './main.ts'

/** What a test of yours does. */
export async function expectNoHoles(): Promise<AttackReport> {
  const report = await attack(app, credentials)
  report.assert() // throws with all holes as sentences
  const untried = report.skipped.filter(({ attack }) => !attack.includes('public key'))
  if (untried.length > 0) throw new Error(`Not tried:\n${report}`)
  return report
}
