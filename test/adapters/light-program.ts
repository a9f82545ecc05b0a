/** Serves, answers one request, and prints which of Node's own modules that took. */
import { connect } from 'node:net'
import { serve } from '../../src/adapters/node.ts'
import { App } from '../../src/app.ts'

const app = new App()
app.get('/', () => ({ hello: ['world'] }))
const server = await serve(app, { port: 0, hostname: '127.0.0.1' })
const socket = connect(server.port, '127.0.0.1')
socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
let text = ''
for await (const chunk of socket.setEncoding('utf8')) text += chunk
await server.close()
const { moduleLoadList } = process as unknown as { moduleLoadList: readonly string[] }
console.log(JSON.stringify({ text, loaded: moduleLoadList }))
