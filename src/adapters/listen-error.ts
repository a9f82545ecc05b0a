/** Thrown by `serve` when it can't listen; its sentence says what to do next. */
export class ListenError extends Error {
  /** `port_in_use`, `port_not_permitted`, `address_not_available` or, for what the system said otherwise, `listen_failed`. */
  readonly code: ListenErrorCode

  constructor(code: ListenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ListenError'
    this.code = code
  }

  /** What the system said about an address and a port, as a sentence. */
  static from(error: NodeJS.ErrnoException, hostname: string, port: number): ListenError {
    const cause = { cause: error }
    switch (error.code) {
      case 'EADDRINUSE':
        return new ListenError(
          'port_in_use',
          `Port ${port} on ${hostname} is in use. Stop the program that listens there, or choose another port: serve(app, { port: ${port + 1 > 65_535 ? 0 : port + 1} }).`,
          cause,
        )
      case 'EACCES':
        return new ListenError(
          'port_not_permitted',
          `This user may not listen on port ${port}. Choose one over 1023, such as serve(app, { port: 8000 }), and let a proxy forward to it.`,
          cause,
        )
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        return new ListenError(
          'address_not_available',
          `This machine has no address ${hostname}. Choose hostname '127.0.0.1' for this machine alone, or '0.0.0.0' for all of its addresses.`,
          cause,
        )
      default:
        return new ListenError('listen_failed', `Can't listen on ${hostname} port ${port}: ${error.message}`, cause)
    }
  }

  /** What the system said about a Unix socket, as a sentence. */
  static ofSocket(error: NodeJS.ErrnoException, unix: string, code: string | undefined = error.code): ListenError {
    return code === 'EADDRINUSE'
      ? new ListenError(
          'port_in_use',
          `The socket ${unix} is in use, or was left by a program that is gone. Stop that program, or remove the file.`,
          { cause: error },
        )
      : new ListenError('listen_failed', `Can't listen on the socket ${unix}: ${error.message}`, { cause: error })
  }
}

/** The codes of a {@link ListenError}. */
export type ListenErrorCode = 'port_in_use' | 'port_not_permitted' | 'address_not_available' | 'listen_failed'
