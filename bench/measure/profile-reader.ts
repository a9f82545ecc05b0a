/** Reads a CPU profile of V8: which function took how much of the time that the process was busy. */
import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What of a `.cpuprofile` is read here. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  /** Microseconds from one sample to the next. */
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: CallFrame
  readonly children?: readonly number[]
}

/** A function: lines and columns count from 0. */
export interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/** A function with its share of the busy time: of it alone, and with all that it calls. */
export interface Spent {
  readonly frame: CallFrame
  readonly self: number
  readonly total: number
}

const IDLE = '(idle)'

/**
 * Functions, the one with the greatest own share first.
 *
 * @param last only this much of the end counts, in microseconds: not the start of the process.
 */
export function spentIn({ nodes, samples, timeDeltas }: CpuProfile, last: number = Number.POSITIVE_INFINITY): Spent[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const nameOf = ({ functionName, url, lineNumber }: CallFrame): string => `${url}:${lineNumber}:${functionName}`
  const spent = new Map<string, { frame: CallFrame; self: number; total: number }>()
  const add = (frame: CallFrame, time: number, kind: 'self' | 'total'): void => {
    const name = nameOf(frame)
    const entry = spent.get(name) ?? { frame, self: 0, total: 0 }
    entry[kind] += time
    spent.set(name, entry)
  }
  let busy = 0
  let left = timeDeltas.reduce((sum, time) => sum + time, 0)
  samples.forEach((id, at) => {
    const node = byId.get(id)
    const time = timeDeltas[at] ?? 0
    left -= time
    if (!node || node.callFrame.functionName === IDLE || left >= last) return
    busy += time
    add(node.callFrame, time, 'self')
    // A function that is in the stack twice was there once.
    const seen = new Set<string>()
    for (let each: number | undefined = id; each !== undefined; each = parents.get(each)) {
      const frame = byId.get(each)?.callFrame
      if (!frame || seen.has(nameOf(frame))) continue
      seen.add(nameOf(frame))
      add(frame, time, 'total')
    }
  })
  return [...spent.values()]
    .map(({ frame, self, total }) => ({ frame, self: self / busy, total: total / busy }))
    .toSorted((a, b) => b.self - a.self)
}

/** Whose a function is: ours, Node's, a package's, or the engine's. */
export function ownerOf({ url, functionName }: CallFrame): string {
  if (url.startsWith('node:')) return 'Node'
  const inPackage = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  if (inPackage !== undefined) return inPackage
  if (url.includes('/dist/')) return 'Sallyport'
  if (url.includes('/bench/')) return 'the app'
  return functionName === '(garbage collector)' ? 'garbage' : 'V8 and libuv'
}

/** Where a function stands, as a person looks for it: in src, by the source maps, where it is ours. */
export function placeOf({ url, lineNumber, columnNumber }: CallFrame, root: string): string {
  if (!url.startsWith('file:')) return url === '' ? '' : `${url}:${lineNumber + 1}`
  const path = fileURLToPath(url)
  if (existsSync(`${path}.map`)) {
    const entry = mapOf(`${path}.map`).findEntry(lineNumber, columnNumber)
    if ('originalSource' in entry)
      return `${entry.originalSource.replace(/^(?:\.\.\/)+/, '')}:${entry.originalLine + 1}`
  }
  return `${relative(root, path)}:${lineNumber + 1}`
}

const maps = new Map<string, SourceMap>()

function mapOf(path: string): SourceMap {
  const known = maps.get(path)
  if (known) return known
  const map = new SourceMap(JSON.parse(readFileSync(path, 'utf8')))
  maps.set(path, map)
  return map
}
