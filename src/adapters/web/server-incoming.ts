import type { CertificateSource, ClientCertificate } from '../../client-certificate.ts'
import { certificateIn } from '../certificate.ts'
import { type TrustedProxies, UNIX_PEER } from '../proxy.ts'
import { ServedIncoming } from './served-incoming.ts'

/** What all requests of one server have in common. */
export interface Origin {
  /** Scheme and authority, for a request that names no host. */
  url: string
  /** Whether connections come over a Unix socket. */
  readonly unix: boolean
  readonly proxies: TrustedProxies | undefined
  /** Tells once that a certificate of the connection was asked for, which the runtime does not give. */
  readonly untold: () => void
}

const UNIX_URL = 'http+unix:'

/** A request that came over a connection to this very program, with or without proxies in front. */
export abstract class ServerIncoming extends ServedIncoming {
  readonly #origin: Origin

  constructor(request: Request, target: string, origin: Origin) {
    super(request, target)
    this.#origin = origin
  }

  /** The address of the other end of the connection; undefined when it is gone, and over a Unix socket. */
  protected abstract get address(): string | undefined

  get #peer(): string | undefined {
    return this.#origin.unix ? UNIX_PEER : this.address
  }

  override get clientAddress(): string | undefined {
    const { proxies } = this.#origin
    const client = proxies === undefined ? this.#peer : proxies.clientOf(this.#peer, this.header('x-forwarded-for'))
    return client === UNIX_PEER ? undefined : client
  }

  override clientCertificate(from: CertificateSource): ClientCertificate | false | undefined {
    if (from === 'socket') {
      this.#origin.untold()
      return undefined
    }
    // RFC 9440 §4: from anybody but a proxy that takes the client's own header off, it proves nothing.
    const header = this.#peerIsProxy ? this.header('client-cert') : undefined
    return header === undefined ? undefined : certificateIn(header)
  }

  protected override get url(): string {
    const { url } = this.served
    // Deno has a scheme of its own for Unix sockets.
    const whole = url.startsWith('/')
      ? this.#origin.url + url
      : url.startsWith(UNIX_URL)
        ? `http${url.slice(UNIX_URL.length - 1)}`
        : url
    if (!this.#peerIsProxy) return whole
    // The last one was written by the proxy that is nearest to us.
    const scheme = this.header('x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase()
    return scheme === 'https' || scheme === 'http' ? scheme + whole.slice(whole.indexOf('://')) : whole
  }

  /** Whether the other end of the connection is a proxy of ours. */
  get #peerIsProxy(): boolean {
    return this.#origin.proxies?.trusts(this.#peer) === true
  }
}
