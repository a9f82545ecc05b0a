/**
 * What one more dependency costs, without HTTP: nanoseconds a call of the app, for each tree, medians of rounds that take turns.
 * Prints JSON.
 */
import { WebIncoming } from 'sallyport'
import { TREES, treeApp } from './sallyport-tree.ts'

const rounds = Number(process.argv[2] ?? 9)
const calls = 20_000
const app = treeApp()
await app.start()

const paths = [
  '/none',
  ...['sync', 'async'].flatMap((kind) => TREES.map(({ shape, size }) => `/${kind}/${shape}/${size}`)),
]
const times = new Map<string, number[]>(paths.map((path) => [path, []]))
for (let round = -2; round < rounds; round++) {
  for (const path of paths) {
    const request = new Request(`http://127.0.0.1${path}`)
    const start = process.hrtime.bigint()
    for (let call = 0; call < calls; call++) {
      const reply = app.handle(new WebIncoming(request))
      if (reply instanceof Promise) await reply
    }
    const time = Number(process.hrtime.bigint() - start) / calls
    if (round >= 0) times.get(path)?.push(time) // the first two warm up
  }
}
await app.stop()
console.log(
  JSON.stringify(
    Object.fromEntries([...times].map(([path, all]) => [path, all.toSorted((a, b) => a - b)[all.length >> 1]])),
  ),
)
