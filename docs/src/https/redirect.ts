import { createServer, type Server } from 'node:http'

const SITE = 'https://api.example.com'

/** What listens on port 80: browsers are sent on, and programs are told. */
export const redirect: Server = createServer((req, res) => {
  const { method, url = '' } = req
  const browses = method === 'GET' || method === 'HEAD'
  if (browses && url.startsWith('/') && req.headers.authorization === undefined) {
    res.writeHead(308, { location: SITE + url }).end()
    return
  }
  const body = JSON.stringify({
    detail: `Use ${SITE}. What you sent could be read on the way.`,
  })
  res
    .writeHead(403, { 'content-type': 'application/json', connection: 'close' })
    .end(body)
})

if (import.meta.main) redirect.listen(80, '0.0.0.0')
