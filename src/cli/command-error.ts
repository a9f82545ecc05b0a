/** What a user of the command line did wrong, or can put right: printed as a sentence, without a stack. */
export class CommandError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = 'CommandError'
  }
}
