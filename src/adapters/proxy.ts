import { BlockList, isIP } from 'node:net'

/** The peer of a connection over a Unix socket, which has no address. */
export const UNIX_PEER = 'unix'

/** Decides which addresses are proxies of ours, whose word on the client is taken. */
export class TrustedProxies {
  readonly #addresses = new BlockList()
  #unix = false

  /**
   * @param option the option's name, for messages.
   * @param list addresses, CIDR ranges, `loopback`, or `unix` for whoever connects over a Unix socket.
   * @throws TypeError for an entry that is none of these.
   */
  constructor(option: string, list: readonly string[]) {
    if (!Array.isArray(list)) throw new TypeError(`${option}: expected a list of addresses such as ['10.0.0.0/8'].`)
    for (const entry of list) this.#add(option, entry)
  }

  #add(option: string, entry: string): void {
    if (entry === 'loopback') {
      this.#addresses.addSubnet('127.0.0.0', 8, 'ipv4')
      this.#addresses.addAddress('::1', 'ipv6')
      return
    }
    if (entry === UNIX_PEER) {
      this.#unix = true
      return
    }
    const [address = '', bits, ...more] = String(entry).split('/')
    const family = isIP(address)
    const prefix = bits === undefined || /^\d{1,3}$/.test(bits) ? Number(bits ?? (family === 4 ? 32 : 128)) : -1
    if (family === 0 || more.length > 0 || prefix < 0 || prefix > (family === 4 ? 32 : 128)) {
      throw new TypeError(
        `${option}: ${JSON.stringify(entry)} is no address, range, 'loopback' or 'unix'. Write it as '10.0.0.7' or '10.0.0.0/8'.`,
      )
    }
    this.#addresses.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6')
  }

  trusts(address: string | undefined): boolean {
    if (address === UNIX_PEER) return this.#unix
    const family = address === undefined ? 0 : isIP(address)
    return family !== 0 && this.#addresses.check(address as string, family === 4 ? 'ipv4' : 'ipv6')
  }

  /**
   * The client's address: the last one in front of our proxies. What stands to the left of it was written by the client, and
   * is not looked at.
   *
   * @param peer the other end of the connection.
   * @param forwarded the value of `X-Forwarded-For`.
   */
  clientOf(peer: string | undefined, forwarded: string | undefined): string | undefined {
    if (forwarded === undefined || !this.trusts(peer)) return peer
    let client = peer
    const hops = forwarded.split(',')
    for (let i = hops.length - 1; i >= 0; i--) {
      const hop = unmapped((hops[i] as string).trim())
      if (isIP(hop) === 0) break
      client = hop
      if (!this.trusts(hop)) break
    }
    return client
  }
}

/** An IPv4 address that a dual-stack socket shows as IPv6, as IPv4. */
export function unmapped(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
