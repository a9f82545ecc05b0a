import { App, CurrentIncoming, Path } from 'sallyport'
import { fileResponse, staticFiles } from 'sallyport/node'
import { HTTPBearer } from 'sallyport/security'
import { z } from 'zod'

const app = new App({ title: 'Files', closed: true })

// #region static
const site = staticFiles(new URL('site', import.meta.url), { maxAge: 3600 })
app.mount('/site', site, { public: true })
// #endregion static

// #region report
const users = new Map([['john-token', { name: 'john' }]])
const bearer = new HTTPBearer({ verify: ({ credentials }) => users.get(credentials) })
const root = `${import.meta.dirname}/reports`

app.get(
  '/reports/{name}',
  { params: { name: Path(z.string()), incoming: CurrentIncoming, caller: bearer } },
  ({ name, incoming }) =>
    fileResponse(`${name}.txt`, { root, filename: `report-${name}.txt` }, incoming),
)
// #endregion report

export default app
