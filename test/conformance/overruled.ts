/**
 * Cases that DESIGN §3 overrules, each with the row that does. Nothing else is skipped, and what stands here is still run: against
 * what we answer instead.
 */
import type { CaseExpect } from './cases.ts'

export const OVERRULED: Readonly<Record<string, { readonly row: string; readonly expect: Partial<CaseExpect> }>> = {
  'behind_a_proxy_1_01_forwarded_host: redirect': {
    row: 'slash redirect: 307, relative: Host is never trusted to build a URL',
    expect: { headers: { location: '/items/' } },
  },
}
