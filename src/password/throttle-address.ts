import { isIP } from 'node:net'

/**
 * Whom an address stands for: one IPv4 address, or the first 64 bits of an IPv6 address, which is what one household or
 * one rented server is given, and could change within for every attempt.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6177.html#section-2
 */
export function addressKey(address: string): string {
  const [plain = ''] = address.split('%')
  if (isIP(plain) !== 6) return plain.toLowerCase()
  const groups = expand(plain)
  // ::ffff:192.0.2.1 is how a dual-stack socket spells 192.0.2.1.
  const [high = 0, low = 0] = groups.slice(6)
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

function expand(address: string): number[] {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const pair = (first: string, second: string): string => (Number(first) * 256 + Number(second)).toString(16)
    return `${pair(a, b)}:${pair(c, d)}`
  })
  const [before = '', after] = hexadecimal.split('::')
  const parse = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const left = parse(before)
  const right = after === undefined ? [] : parse(after)
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right]
}
