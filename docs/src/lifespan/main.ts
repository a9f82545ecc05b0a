import { App } from 'sallyport'

/** What happened, for you to look at. */
export const log: string[] = []

// #region lifespan
let bells: { ring: () => string } | undefined

const app = new App({
  title: 'Lifespan',
  async *lifespan() {
    log.push('open')
    bells = { ring: () => 'ding' }
    try {
      yield
    } finally {
      bells = undefined
      log.push('close')
    }
  },
})

app.get('/', () => ({ bells: bells?.ring() }))
// #endregion lifespan

export default app
