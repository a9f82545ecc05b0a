/**
 * Tests in a real browser: `browserTest` gives each test a page of its own, and fails it afterwards if a request left
 * the allowed origins, if something broke a Content-Security-Policy, or if an error was printed that wasn't expected.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { test as base, onTestFailed, vi } from 'vitest'

// A page's clicks wait for what it draws, on whatever machine runs this; a test that hangs ends here.
vi.setConfig({ testTimeout: 90_000 })

const screenshots = fileURLToPath(new URL('../../test-output/browser/', import.meta.url))
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const places = [
  ...names.map((name) => `/usr/bin/${name}`),
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
const howToInstall =
  "No Chromium: run 'node scripts/debian.ts chromium' as root, or set CHROMIUM to the path of a Chromium or Chrome."

/** The browser's path: what CHROMIUM says, else the first that is found; undefined if there is none. */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROMIUM is '${given}', and there is no such file.`)
    return given
  }
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  return [...places, ...onPath].find((path) => existsSync(path))
}

/** What a test's pages did: everything is kept, and what is not allowed fails the test at its end. */
export interface Watch {
  /** Every request, popups' and workers' too, as `GET https://example.com/path`. */
  readonly requests: string[]
  /** Errors and warnings of the console, uncaught errors and violated policies. */
  readonly problems: string[]
  /** Lets requests go to these origins. */
  allow(...origins: readonly string[]): void
  /** Lets a problem pass that matches, such as Chromium's own line for an answer with 401. */
  expectProblem(pattern: RegExp): void
  /** Takes a picture of the page into `test-output/browser/`. */
  screenshot(page: Page, name: string): Promise<void>
}

interface Fixtures {
  page: Page
  watch: Watch
  context: BrowserContext
  browser: Browser | undefined
}

/** `test` of Vitest with a `page`, its `context` and a `watch` over both; skipped, with the reason, without a browser. */
export const browserTest = base.extend<Fixtures>({
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures that one uses from the pattern.
    async ({}, use) => {
      const executablePath = findChromium()
      if (executablePath === undefined) return use(undefined)
      const browser = await chromium.launch({ executablePath, args: flags() })
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  context: async ({ browser, skip }, use) => {
    if (browser === undefined) return skip(howToInstall)
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } })
    context.setDefaultTimeout(10_000)
    await use(context)
    await context.close()
  },
  watch: async ({ context, task }, use) => {
    const origins = new Set<string>()
    const expected: RegExp[] = []
    const watch: Watch = {
      requests: [],
      problems: [],
      allow: (...more) => {
        for (const origin of more) origins.add(origin)
      },
      expectProblem: (pattern) => {
        expected.push(pattern)
      },
      screenshot: async (page, name) => {
        mkdirSync(screenshots, { recursive: true })
        await page.screenshot({ path: join(screenshots, `${name}.png`) })
      },
    }
    await record(context, watch)
    onTestFailed(async () => {
      const name = task.name.replaceAll(/[^\w]+/g, '-').slice(0, 80)
      for (const [n, page] of context.pages().entries()) await watch.screenshot(page, `failed-${name}-${n}`)
    })
    await use(watch)

    const outside = watch.requests.filter((request) => {
      const { protocol, origin } = new URL(request.slice(request.indexOf(' ') + 1))
      return protocol.startsWith('http') && !origins.has(origin)
    })
    if (outside.length > 0) throw new Error(`Requests left the allowed origins:\n${outside.join('\n')}`)
    const problems = watch.problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)))
    if (problems.length > 0) throw new Error(`Problems in the browser:\n${problems.join('\n')}`)
  },
  // The watch must be there before the page, or it would miss the first requests.
  page: async ({ context, watch: _ }, use) => {
    await use(await context.newPage())
  },
})

/**
 * Presses Cancel in the browser's own login window, which a 401 with a Basic or Digest challenge opens, also for a
 * `fetch`. Nobody can press anything in a headless browser: without this such a request never ends.
 */
export async function cancelLogins(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  session.on('Fetch.requestPaused', ({ requestId }) => session.send('Fetch.continueRequest', { requestId }))
  session.on('Fetch.authRequired', ({ requestId }) =>
    session.send('Fetch.continueWithAuth', { requestId, authChallengeResponse: { response: 'CancelAuth' } }),
  )
  await session.send('Fetch.enable', { handleAuthRequests: true })
}

async function record(context: BrowserContext, { requests, problems }: Watch): Promise<void> {
  context.on('request', (request) => requests.push(`${request.method()} ${request.url()}`))
  context.on('weberror', (error) => problems.push(`uncaught: ${error.error().message}`))
  context.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type())) {
      problems.push(`${message.type()}: ${message.text()} (${message.location().url})`)
    }
  })
  await context.exposeFunction('reportViolation', (violation: string) => problems.push(`violation: ${violation}`))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { reportViolation } = globalThis as unknown as { reportViolation: (violation: string) => void }
      reportViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
    })
  })
}

function flags(): string[] {
  return [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Whatever a page tries, no name is looked up: the tests' servers are all on loopback.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    // Chromium's sandbox does not start as root, which is what containers of CI often are.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ]
}
