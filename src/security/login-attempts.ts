/** What slows down the guessing of passwords: `LoginThrottle` of `sallyport/password`, or something of one's own. */
export interface LoginAttempts {
  /**
   * Runs a login unless it has to wait, and counts how it ends: undefined is a failure, an error is neither.
   *
   * @param user the name as it was given, of an existing user or not.
   * @param address the address of the client, if it is known.
   */
  attempt<Result>(user: string, address: string | undefined, login: () => Promise<Result> | Result): Promise<Result>
}

/**
 * Refuses a throttle that cannot throttle.
 *
 * @throws TypeError
 */
export function assertThrottle(throttle: unknown, where: string): void {
  if (throttle !== undefined && typeof (throttle as Partial<LoginAttempts> | null)?.attempt !== 'function') {
    throw new TypeError(
      `${where} has a method attempt(user, address, login), as new LoginThrottle() of sallyport/password has.`,
    )
  }
}
