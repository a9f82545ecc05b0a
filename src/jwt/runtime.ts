import type * as NodeCrypto from 'node:crypto'

/**
 * Cloudflare's Workers. A request there cannot wait for what another one fetches, and nothing may be fetched outside of a
 * request; its node:crypto, where the compatibility flag brings one, takes no key objects in `sign` and `verify`.
 */
export const IN_WORKERS: boolean = globalThis.navigator?.userAgent === 'Cloudflare-Workers'

/** node:crypto where it is whole: Node, Bun and Deno. Reached this way so that the module also loads elsewhere. */
export const nodeCrypto: typeof NodeCrypto | undefined = IN_WORKERS
  ? undefined
  : globalThis.process?.getBuiltinModule?.('node:crypto')
