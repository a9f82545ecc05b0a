/** Request targets at random, near to those that match: the same ones for the same seed. */

/** Numbers from 0 up to 1, by mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const INSERTED = [
  ...['/', '//', '/./', '/../', '/.', '/..', '/%2e/', '/%2e%2e/', '/.%2E/', '/%2e', '/%252e%252e/', '/...', '/.%00/'],
  ...['%2f', '%2F', '%252f', '%5c', '%5C', '\\', '/\\', '%c0%af', '%e0%80%af', '%ef%bc%8f', '%u002f', '\u00ef'],
  ...[';', ';a=b', ';/', '%3b', '/;x/', '%00', '%0', '%', '%zz', '%20', '+', '%09', '%0d%0a', '%0a', '%7f', '%ff'],
  ...['?', '??', '?x=/', '%3f', '#', '%23', '&', '=', '*', '**', ':', '@', '~', '.', '.json', '.html', '_', '-', '|'],
  ...['{id}', ':id', '[', ']', '^', '`', '"', '<', '%c3%a9', '%C3%A9', '%cc%81', '\u0001', ' '],
]
const FRONTS = [
  'http://127.0.0.1',
  'http://x',
  'https:',
  '//x',
  '///',
  '.',
  '..',
  '*',
  '',
  'x',
  '/x/..',
  '/open/..',
  '/%2e%2e',
  '\\',
]

/** A spelling of one of the paths. */
export function spell(paths: readonly string[], random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const at = (text: string): number => Math.floor(random() * (text.length + 1))
  let target = pick(paths)
  if (random() < 0.15) return target
  for (let changes = random() < 0.7 ? 1 : 1 + Math.floor(random() * 4); changes > 0; changes--) target = change(target)
  return target

  function change(path: string): string {
    const place = at(path)
    const [before, after] = [path.slice(0, place), path.slice(place)]
    const character = after.slice(0, 1) || '/'
    const hex = character.charCodeAt(0).toString(16).padStart(2, '0')
    const kind = random()
    if (kind < 0.22) return `${before}%${random() < 0.5 ? hex : hex.toUpperCase()}${after.slice(1)}`
    if (kind < 0.27) return `${before}%25${hex}${after.slice(1)}`
    if (kind < 0.37)
      return (
        before +
        (character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase()) +
        after.slice(1)
      )
    if (kind < 0.47) return path.endsWith('/') ? path.slice(0, -1) : `${path}/`
    if (kind < 0.72) return before + pick(INSERTED) + after
    if (kind < 0.77) return pick(FRONTS) + path
    if (kind < 0.82) return before + after.slice(1)
    if (kind < 0.86) return before + character + after
    if (kind < 0.92)
      return `${path}${path.includes('?') ? '&' : '?'}${pick(['x=1', 'token=t1', '_method=GET', '/admin', '%', '=', ''])}`
    if (kind < 0.97)
      return path.replace(/[^/]+/, (segment) => segment.replace(/./g, (each) => `%${each.charCodeAt(0).toString(16)}`))
    return `${path}/${pick(paths).slice(1)}`
  }
}
