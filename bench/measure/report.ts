/** RESULTS.md, made of the results. */
import type { Panel } from './chart.ts'
import type { Result, Results } from './figures.ts'
import type { Machine } from './machine.ts'
import { verdictsOf } from './reach.ts'
import { figure, markdownTable, rowsOf } from './table.ts'

/** What is written beside the figures. */
export interface Circumstances {
  readonly machine: Machine
}

export function reportOf(results: Results, { machine }: Circumstances): string {
  const verdicts = verdictsOf(results)
  return `${[
    '# How fast it is',
    '<!-- Made by `npm run bench -- --write`. -->',
    `Repeat with \`npm run bench\`; \`npm run bench -- 1 4\` runs two scenarios alone. Each server has one core, \`wrk\` with 50
connections the other; rounds take turns, another server begins each of them, and medians count. Read the ratios: the rates are those
of one machine.`,
    `${machine.cores} cores, ${machine.processor}; ${machine.versions.map(({ name, version }) => `${name} ${version}`).join(', ')}.`,
    '![Requests per second](results/http.svg)',
    '## What was to be reached',
    markdownTable([
      ['goal', 'scenario', 'found', 'met'],
      ...verdicts.map(({ scenario, goal, found, met }) => [
        goal,
        scenario,
        found,
        met === undefined ? '' : met ? 'yes' : '**no**',
      ]),
    ]),
    ...Object.entries(results).flatMap(([key, result]) => sectionOf(key, result)),
    '## How the servers are set up',
    SETUP,
  ].join('\n\n')}\n`
}

function sectionOf(key: string, result: Result): string[] {
  const facts = Object.entries(result.facts ?? {})
  return [
    `## ${key}. ${result.title}`,
    markdownTable(rowsOf(result)),
    ...(facts.length === 0 ? [] : [facts.map(([name, value]) => `- ${name}: ${figure(value)}`).join('\n')]),
    ...(result.date === undefined ? [] : [`Measured ${result.date}${roundsOf(result)}.`]),
  ]
}

function roundsOf({ rounds = {} }: Result): string {
  const [first] = Object.values(rounds)
  return first === undefined ? '' : `, ${first.length} rounds`
}

/** The panels of the chart: those scenarios that others have as well. */
export function panelsOf(results: Results): Panel[] {
  return ['1', '1-bun', '2', '4', '5'].flatMap((key) => {
    const result = results[key]
    if (!result) return []
    const bars = Object.entries(result.medians)
      .filter(([name]) => !/^sallyport-(?!bun)/.test(name))
      .map(([name, value]) => ({ name, value }))
      .toSorted((a, b) => b.value - a.value)
    return [{ title: result.title, bars }]
  })
}

const SETUP = `\`bench/peers\` holds them; all have the same secret, users and answers, and before a scenario is measured each is asked the same
questions and must give the same answers, 401 for a bad token among them.

- **sallyport** is the public API as in the guide, as it was built: a scheme with \`verify\`, whose tokens are remembered by default.
  **sallyport-by-hand** is the README's first program: the handler's dependency awaits \`tokens.verify(token)\`.
- **bare** is \`node:http\` that checks no credential and gives one user; **bare-verify** checks with \`createHmac\`; **bare-cache**
  remembers what it verified. In scenario 5 it validates with the same Zod schema.
- **fastify** has @fastify/jwt and @fastify/basic-auth, answers by JSON Schema (its fastest way), and takes Zod for the body alone;
  **fastify-cache** sets the plugin's cache to 10,000 tokens.
- **hono** has its JWT and Basic middleware and @hono/zod-validator; **hono-cache** is a Map written by hand: Hono has no cache.
- **elysia** has its JWT plugin, and its own schemas for all but the body, with answers picked by hand, which it
  answers faster. **h3** uses jose. **express** uses Passport.
  **nest** runs on Fastify with JwtModule, a guard and a Zod pipe. **fastapi** is the tutorial's program on uvicorn with uvloop
  and httptools, from Debian's packages, which are older than the current ones.
- **1-bun** runs on Bun; ours is \`sallyport-bun\` there.
- In scenario 8 ours verifies Argon2id once and remembers a keyed digest of the proven password for an hour at most. The others keep
  plain SHA-256 digests of random passwords, compared in constant time: fast, and fit for machines only. Ours does more there.
- Scenario 2 sends ${'200,000'} different tokens; a server that has seen them all sees the first again, long forgotten by every cache.`
