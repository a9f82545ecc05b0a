import type { Observer } from 'sallyport'

/** How often each operation was answered with which status: `GET /items/{id} 200`. */
export const counts = new Map<string, number>()

/** Counts. What a client chose, such as a path, makes no series of its own. */
export const figures: Observer = () => ({
  end({ operation, route, status }) {
    const key = operation
      ? `${operation.route.method} ${route} ${status}`
      : `no operation ${status}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  },
})
