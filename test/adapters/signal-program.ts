/** A program that serves until a signal comes; its requests are answered at once or, with `stuck`, never. */
import { serve } from '../../src/adapters/node.ts'

const stuck = process.argv[2] === 'stuck'
const server = await serve(
  {
    handle() {
      if (!stuck) return { status: 200, headers: [], body: 'hello', after: undefined }
      console.log('running')
      return new Promise(() => {})
    },
    async start() {},
    async stop() {
      console.log('stopped')
    },
  },
  { port: 0 },
)
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => console.log(signal))
console.log(server.url)
