/** Thrown by what is for tests alone, where `NODE_ENV` says `production`. */
export class ProductionError extends Error {
  readonly code = 'production'

  constructor(what: string) {
    super(
      `${what} of sallyport/testing is for tests, and NODE_ENV is production. Import it in tests only, and run those without NODE_ENV=production.`,
    )
    this.name = 'ProductionError'
  }
}

/** @throws ProductionError */
export function refuseProduction(what: string): void {
  if (process.env.NODE_ENV === 'production') throw new ProductionError(what)
}
