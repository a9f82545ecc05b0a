/** What the benchmark asks a server beside HTTP: the API keys that it issued, and its memory after a collection of garbage. */
export function answerQuestions(keys: readonly string[] = []): void {
  process.on('message', (question) => {
    if (question === 'keys') process.send?.(keys)
    if (question !== 'memory') return
    // Twice: what finalizers let go is collected by the second.
    globalThis.gc?.()
    setImmediate(() => {
      globalThis.gc?.()
      const { rss, heapUsed } = process.memoryUsage()
      process.send?.({ rss, heapUsed })
    })
  })
}
