/** What is to be reached, as a table: each row says of the results whether it is. */
import type { Result, Results } from './figures.ts'

/** What became of a row: `met` is undefined where it was not measured. */
export interface Verdict {
  readonly scenario: string
  readonly goal: string
  readonly found: string
  readonly met: boolean | undefined
}

interface Goal {
  readonly scenario: string
  /** Where its figures are; the scenario, if it isn't said. */
  readonly key?: string
  readonly goal: string
  /** The figure; undefined where it was not measured. */
  readonly figure: (result: Result, results: Results) => number | undefined
  readonly atLeast?: number
  readonly atMost?: number
  /** Not the bound itself. */
  readonly strictly?: true
}

const to =
  (peer: string) =>
  ({ ratios }: Result): number | undefined =>
    ratios[peer]
const fact =
  (name: string) =>
  ({ facts }: Result): number | undefined =>
    facts?.[name]
const ahead = (scenario: string, peer: string, key = scenario): Goal => ({
  scenario,
  key,
  goal: `ahead of ${peer}`,
  figure: to(peer),
  atLeast: 1,
  strictly: true,
})

const GOALS: readonly Goal[] = [
  { scenario: '1', goal: 'of bare node:http without checks', figure: to('bare'), atLeast: 0.85 },
  { scenario: '1', goal: 'times Fastify with its cache', figure: to('fastify-cache'), atLeast: 2.5 },
  { scenario: '1', goal: 'times FastAPI', figure: to('fastapi'), atLeast: 6 },
  { scenario: '1', key: '1-bun', goal: 'of bare Bun.serve', figure: to('bun-bare'), atLeast: 0.85 },
  ahead('1', 'bun-elysia', '1-bun'),
  ahead('1', 'bun-hono', '1-bun'),
  { scenario: '2', goal: 'times Fastify without cache', figure: to('fastify'), atLeast: 1.2 },
  { scenario: '2', goal: 'of bare node:http with createHmac', figure: to('bare-verify'), atLeast: 0.9 },
  { scenario: '3', goal: 'no credential, to accepted', figure: fact('refused to accepted'), atLeast: 1 },
  { scenario: '3', key: '3-garbage', goal: 'garbage, to accepted', figure: fact('refused to accepted'), atLeast: 1 },
  {
    scenario: '3',
    key: '3-garbage',
    goal: 'hashes for garbage over 8 KiB',
    figure: fact('hashes over 8 KiB'),
    atMost: 0,
  },
  { scenario: '4', goal: 'of bare', figure: to('bare'), atLeast: 0.8 },
  ...['fastify', 'hono', 'elysia', 'h3'].map((peer) => ahead('4', peer)),
  { scenario: '5', goal: 'of bare with the same validation', figure: to('bare'), atLeast: 0.8 },
  ...['fastify', 'hono', 'elysia', 'h3', 'express', 'nest'].map((peer) => ahead('5', peer)),
  {
    scenario: '6',
    goal: 'µs for each sync dependency',
    figure: fact('µs a sync dependency'),
    atMost: 0.5,
    strictly: true,
  },
  {
    scenario: '6',
    goal: 'linear: the sixth to the twentieth cost, to the second to the fifth',
    figure: fact('growth'),
    atMost: 1.25,
  },
  {
    scenario: '7',
    goal: 'times the time of 10 operations with 10,000',
    figure: fact('10,000 to 10 operations'),
    atMost: 1.2,
  },
  { scenario: '9', goal: 'times its own p99 with logins', figure: fact('p99 with logins'), atMost: 2, strictly: true },
  {
    scenario: '10',
    goal: 'ms to start with 1,000 operations',
    figure: fact('ms for 1,000 operations'),
    atMost: 300,
    strictly: true,
  },
  { scenario: '10', goal: "times Fastify's start with 1,000 operations", figure: fact('to fastify'), atMost: 1.5 },
  {
    scenario: '11',
    goal: 'times the heap of the third quarter in the last',
    figure: fact('heap growth'),
    atMost: 1.03,
  },
  {
    scenario: '11',
    goal: 'times the memory of the third quarter in the last',
    figure: fact('memory growth'),
    atMost: 1.05,
  },
]

/** A verdict for each goal of a scenario; for all goals where none is named. */
export function verdictsOf(results: Results, scenario?: string): Verdict[] {
  return GOALS.filter((goal) => scenario === undefined || goal.scenario === scenario).map((goal) => {
    const result = results[goal.key ?? goal.scenario]
    const figure = result && goal.figure(result, results)
    const { atLeast, atMost, strictly } = goal
    const bound = atLeast ?? (atMost as number)
    const word = atLeast !== undefined ? (strictly ? 'over' : 'at least') : strictly ? 'under' : 'at most'
    const subject = goal.key === undefined || goal.key === goal.scenario ? '' : ` (${goal.key})`
    return {
      scenario: goal.scenario,
      goal: `${word} ${bound} ${goal.goal}${subject}`,
      found: figure === undefined ? 'not measured' : String(Number(figure.toPrecision(3))),
      met: figure === undefined || Number.isNaN(figure) ? undefined : isMet(figure, goal),
    }
  })
}

function isMet(figure: number, { atLeast, atMost, strictly }: Goal): boolean {
  if (atLeast !== undefined) return strictly ? figure > atLeast : figure >= atLeast
  return strictly ? figure < (atMost as number) : figure <= (atMost as number)
}

/** A verdict as a line. */
export function sentenceOf({ goal, found, met }: Verdict): string {
  return `${met === undefined ? '  ?   ' : met ? '  met ' : 'MISSED'} ${goal}: ${found}`
}
