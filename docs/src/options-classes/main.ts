import {
  App,
  type Dependency,
  dependency,
  Header,
  HTTPException,
  Query,
} from 'sallyport'
import { z } from 'zod'

// #region function
interface PageOptions {
  /** How many there are on a page, if the client does not say; 10. */
  readonly limit?: number
  /** How many a client may ask for at most; 100. */
  readonly most?: number
}

interface Page {
  readonly skip: number
  readonly limit: number
}

function pageOf({ limit = 10, most = 100 }: PageOptions = {}): Dependency<Page> {
  if (limit > most)
    throw new TypeError(`pageOf(): limit is ${limit}, which is over most, ${most}.`)
  return dependency(
    {
      skip: Query(z.int().min(0).default(0)),
      limit: Query(z.int().min(1).max(most).default(limit)),
    },
    (page) => page,
  )
}
// #endregion function

// #region class
class RateLimit {
  readonly #most: number
  readonly #seen = new Map<string, number>()
  readonly guard: Dependency<void>

  constructor({ most }: { readonly most: number }) {
    this.#most = most
    this.guard = dependency(
      { client: Header(z.string().max(50), { alias: 'x-client' }) },
      ({ client }) => this.count(client),
    )
  }

  count(client: string): void {
    const seen = (this.#seen.get(client) ?? 0) + 1
    this.#seen.set(client, seen)
    if (seen > this.#most)
      throw new HTTPException(429, `${this.#most} requests are enough`)
  }
}

const searches = new RateLimit({ most: 2 })
// #endregion class

const app = new App({ title: 'Dependencies with options' })

// #region use
app.get('/items', { params: { page: pageOf() } }, ({ page }) => page)
app.get(
  '/pictures',
  { params: { page: pageOf({ limit: 3, most: 5 }) } },
  ({ page }) => page,
)
app.get('/search', { dependencies: [searches.guard] }, () => ({ found: [] }))
// #endregion use

export default app
export { pageOf, RateLimit }
