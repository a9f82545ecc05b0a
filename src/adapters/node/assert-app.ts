import type { Application } from '../../reply.ts'

/**
 * Refuses what is no app: a promise of one, or a module.
 *
 * @param where how the call is written.
 * @throws TypeError
 */
export function assertApp(app: unknown, where: string): void {
  if (typeof (app as Partial<Application> | undefined)?.handle === 'function') return
  const hint = app instanceof Promise ? 'It is a Promise: await it.' : 'Is it the default export of its file?'
  throw new TypeError(`${where.replace(/\(.*/, '()')}: the first argument is an app: ${where}. ${hint}`)
}
