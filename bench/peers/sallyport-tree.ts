/** Ours, with trees of dependencies: `/sync/depth/20`, `/async/width/10` and so on, each a tree of its own. */
import { App, type Dependency, dependency } from 'sallyport'

/** The trees that are measured. */
export const TREES: readonly { readonly shape: 'depth' | 'width'; readonly size: number }[] = [
  { shape: 'depth', size: 1 },
  { shape: 'depth', size: 5 },
  { shape: 'depth', size: 20 },
  { shape: 'width', size: 10 },
]

export function treeApp(): App {
  const app = new App({ title: 'Trees' })
  app.get('/none', {}, () => ({ value: 0 }))
  for (const { shape, size } of TREES) {
    if (shape === 'depth') {
      app.get(`/sync/depth/${size}`, { params: { value: deep(size) } }, ({ value }) => ({ value }))
      app.get(`/async/depth/${size}`, { params: { value: deepAsync(size) } }, ({ value }) => ({ value }))
    } else {
      const side = (make: () => Dependency<number>): Record<string, Dependency<number>> =>
        Object.fromEntries(Array.from({ length: size }, (_, at) => [`d${at}`, make()]))
      const sum = (values: Readonly<Record<string, unknown>>): { value: number } => ({
        value: Object.values(values).reduce<number>((total, value) => total + Number(value), 0),
      })
      app.get(`/sync/width/${size}`, { params: side(() => dependency({}, () => 1)) }, sum)
      app.get(`/async/width/${size}`, { params: side(() => dependency({}, async () => 1)) }, sum)
    }
  }
  return app
}

function deep(depth: number): Dependency<number> {
  let top: Dependency<number> = dependency({}, () => 1)
  for (let at = 1; at < depth; at++) top = dependency({ below: top }, ({ below }) => below + 1)
  return top
}

function deepAsync(depth: number): Dependency<number> {
  let top: Dependency<number> = dependency({}, async () => 1)
  for (let at = 1; at < depth; at++) top = dependency({ below: top }, async ({ below }) => below + 1)
  return top
}
