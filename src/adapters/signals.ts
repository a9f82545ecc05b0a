const SIGNALS = new Map<NodeJS.Signals, number>([
  ['SIGTERM', 15],
  ['SIGINT', 2],
])

/** The servers of this process that end on a signal; they share one pair of listeners. */
const open = new Set<Closing>()

interface Closing {
  readonly close: () => Promise<void>
  readonly report: (error: unknown) => void
}

let signalled = false

/**
 * Has SIGTERM and SIGINT close a server; a second one ends the process at once, with the status that a shell expects.
 *
 * After the first one the process ends by itself as soon as nothing keeps it: no exit is forced on what else runs in it.
 *
 * @returns takes the server off the list.
 */
export function closeOnSignals(close: () => Promise<void>, report: (error: unknown) => void): () => void {
  const closing: Closing = { close, report }
  if (open.size === 0) {
    signalled = false
    for (const signal of SIGNALS.keys()) process.on(signal, onSignal)
  }
  open.add(closing)
  return () => {
    open.delete(closing)
    if (open.size === 0) for (const signal of SIGNALS.keys()) process.off(signal, onSignal)
  }
}

function onSignal(signal: NodeJS.Signals): void {
  if (signalled) process.exit(128 + (SIGNALS.get(signal) as number))
  signalled = true
  for (const { close, report } of [...open]) {
    close().catch((error: unknown) => {
      report(error)
      process.exitCode = 1
    })
  }
}
