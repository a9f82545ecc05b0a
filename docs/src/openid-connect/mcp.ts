import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { App, CurrentRequest, Security } from 'sallyport'
import { OpenIdConnect, protectedResource } from 'sallyport/security'

const issuer = process.env.ISSUER ?? 'http://localhost:9000'
const resource = process.env.RESOURCE ?? 'http://localhost:8000/mcp'

const openId = new OpenIdConnect({
  openIdConnectUrl: `${issuer}/.well-known/openid-configuration`,
  scopes: { items: 'Read items.' },
  verify: { audience: resource, dangerouslyAllowHTTP: true },
})

const app = new App({ title: 'Items for agents' })

const params = { caller: Security(openId, ['items']), request: CurrentRequest }
app.post('/mcp', { params }, async ({ caller, request }) => {
  const server = new McpServer({ name: 'items', version: '1.0.0' })
  server.registerTool('list_items', { description: 'Lists your items.' }, () => ({
    content: [{ type: 'text', text: `a towel, of ${caller.subject}` }],
  }))
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: true,
  })
  await server.connect(transport)
  return transport.handleRequest(request)
})

protectedResource(app, { resource, metadata: { resource_name: 'Items' } })

export default app
