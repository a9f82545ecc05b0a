import { App, Cookie, CurrentResponse, Header } from 'sallyport'
import { z } from 'zod'

const app = new App({ title: 'Headers and cookies' })

// #region header
app.get(
  '/agent',
  { params: { userAgent: Header(z.string().optional()) } },
  ({ userAgent }) => ({ userAgent: userAgent ?? null }),
)
// #endregion header

// #region alias
const Traceparent = z.string().regex(/^00-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/)

app.get(
  '/trace',
  { params: { trace: Header(Traceparent, { alias: 'traceparent' }) } },
  ({ trace }) => ({ trace: trace.split('-')[1] }),
)
// #endregion alias

// #region list
app.get(
  '/tokens',
  { params: { xToken: Header(z.array(z.string())) } },
  ({ xToken }) => ({ xToken }),
)
// #endregion list

// #region headers
const Client = z.object({
  userAgent: z.string().optional(),
  acceptLanguage: z.string().default('en'),
  saveData: z.boolean().default(false),
})

app.get('/client', { params: { client: Header(Client) } }, ({ client }) => client)
// #endregion headers

// #region cookie
const Theme = z.enum(['light', 'dark'])

app.get(
  '/theme',
  { params: { theme: Cookie(Theme.default('light')) } },
  ({ theme }) => ({ theme }),
)
// #endregion cookie

// #region cookies
const Settings = z.object({
  theme: Theme.default('light'),
  fontSize: z.int().default(16),
})

app.get(
  '/settings',
  { params: { settings: Cookie(Settings) } },
  ({ settings }) => settings,
)
// #endregion cookies

// #region set
app.post(
  '/theme/dark',
  { params: { response: CurrentResponse }, status: 204 },
  ({ response }) => {
    response.setCookie('theme', 'dark', { maxAge: 365 * 24 * 60 * 60 })
  },
)
// #endregion set

export default app
