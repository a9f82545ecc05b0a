const frozen = new WeakSet<object>()

/** Freezes a scheme that is of a class of this package, and not of a subclass that may go on with it. */
export function freezeScheme(scheme: object): void {
  frozen.add(Object.freeze(scheme))
}

/** Whether a scheme is of a class of this package: nobody's override says anything else than that class. */
export function isOwnScheme(scheme: object): boolean {
  return frozen.has(scheme)
}
