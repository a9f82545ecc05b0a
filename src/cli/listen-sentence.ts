import type { ListenError, ServeOptions } from '../adapters/node.ts'

/** What a {@link ListenError} says, in the words of the command line: options where the API has arguments. */
export function listenSentence(
  { code, message }: ListenError,
  { port = 8000, hostname = '', unix }: Pick<ServeOptions, 'port' | 'hostname' | 'unix'>,
): string {
  if (unix !== undefined) return message
  switch (code) {
    case 'port_in_use': {
      const next = port < 65_535 ? port + 1 : 8000
      return `Port ${port} on ${hostname} is in use. Stop the program that listens there, or choose another port: --port ${next}`
    }
    case 'port_not_permitted':
      return `This user may not listen on port ${port}. Choose one over 1023, and let a proxy forward to it: --port 8000`
    case 'address_not_available':
      return `This machine has no address ${hostname}. Use --host 127.0.0.1 for this machine alone, or --host 0.0.0.0 for all of its addresses.`
    default:
      return message
  }
}
