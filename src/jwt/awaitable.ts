/** Whether something has to be awaited: a promise, also one of another realm or library. */
export function isAwaitable<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof (value as PromiseLike<Value> | null | undefined)?.then === 'function'
}
