/**
 * Checks a folder of built HTML: every link, anchor and asset of its own is there, and no page asks another origin for anything.
 */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

/** What was found in a site. */
export interface SiteReport {
  readonly pages: number
  /** Links, anchors and assets of the site itself that were looked up. */
  readonly links: number
  /** What is wrong, a sentence each: the file, and the link as it is written there. */
  readonly problems: readonly string[]
}

/** What makes the browser ask for something, beside links that a reader follows. */
const ASKING = /^(?:script|img|iframe|source|video|audio|embed|object|track|input)$/
const FOLLOWED = /^(?:a|area)$/
/** `rel` of a `<link>` that asks for nothing. */
const SILENT = /^(?:canonical|alternate|author|license|me|next|prev)$/
/** What asks another origin in a stylesheet, and in a script. */
const FROM_STYLE = /(?:url\(\s*["']?|@import\s+["'])((?:https?:)?\/\/[^"')\s]+)/g
const FROM_SCRIPT =
  /(?:\bfetch\(|\bimport\(|\bfrom|\bimport|new (?:Worker|SharedWorker|WebSocket|EventSource|Request)\(|sendBeacon\(|\.src\s*=|\.open\(\s*["'`]\w+["'`]\s*,)\s*["'`]((?:(?:https?|wss?):)?\/\/[^"'`]+)/g

/**
 * Checks a built site.
 *
 * @param folder where its `index.html` is.
 * @param base the path at which it is served; it starts and ends with a slash.
 */
export function checkSite(folder: string, base = '/'): SiteReport {
  const files = globSync('**/*.html', { cwd: folder }).map((path) => path.replaceAll('\\', '/'))
  const pages = new Map(files.map((file) => [file, readPage(readFileSync(join(folder, file), 'utf8'))]))
  const problems: string[] = []
  let links = 0
  for (const [file, page] of pages) {
    for (const origin of page.outside) problems.push(`${file} asks another origin: ${origin}`)
    for (const link of page.links) {
      links++
      const reason = wrong(folder, base, file, link, pages)
      if (reason) problems.push(`${file}: ${link} ${reason}`)
    }
  }
  for (const [pattern, made] of [
    ['**/*.css', FROM_STYLE],
    ['**/*.js', FROM_SCRIPT],
  ] as const) {
    for (const file of globSync(pattern, { cwd: folder })) {
      for (const [, url] of readFileSync(join(folder, file), 'utf8').matchAll(made))
        problems.push(`${file} asks another origin: ${url}`)
    }
  }
  if (pages.size === 0) problems.push(`There is no page in ${folder}.`)
  return { pages: pages.size, links, problems }
}

interface Page {
  readonly ids: ReadonlySet<string>
  readonly links: readonly string[]
  readonly outside: readonly string[]
}

function readPage(html: string): Page {
  const ids = new Set<string>()
  const links = new Set<string>()
  const outside: string[] = []
  const text = html.replace(/<!--[\s\S]*?-->/g, '').replace(/(<script\b[^>]*>)[\s\S]*?<\/script>/g, '$1')
  for (const [, tag = '', inside = ''] of text.matchAll(
    /<([a-z][\w-]*)((?:\s+[^\s=>]+(?:="[^"]*"|='[^']*'|=[^\s>]+)?)*)/gi,
  )) {
    const attributes = new Map<string, string>()
    for (const [, name = '', double, single, bare] of inside.matchAll(
      /\s([^\s=>/]+)(?:="([^"]*)"|='([^']*)'|=([^\s>]+))?/g,
    ))
      attributes.set(name.toLowerCase(), plain(double ?? single ?? bare ?? ''))
    const id = attributes.get('id') ?? (tag === 'a' ? attributes.get('name') : undefined)
    if (id !== undefined) ids.add(id)
    const urls = [
      ...['href', 'src', 'poster', 'data', 'action'].map((name) => attributes.get(name)),
      ...sources(attributes),
    ]
    const asks = ASKING.test(tag) || (tag === 'link' && !SILENT.test(attributes.get('rel') ?? ''))
    for (const url of urls) {
      if (url === undefined) continue
      if (!isOutside(url)) {
        if (!/^(?:mailto|tel|data|javascript|blob):/i.test(url)) links.add(url)
      } else if (asks || !FOLLOWED.test(tag)) if (tag !== 'link' || asks) outside.push(url)
    }
    for (const [, url = ''] of (attributes.get('style') ?? '').matchAll(FROM_STYLE)) outside.push(url)
  }
  for (const [, style = ''] of html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g))
    for (const [, url = ''] of style.matchAll(FROM_STYLE)) outside.push(url)
  return { ids, links: [...links], outside }
}

function sources(attributes: ReadonlyMap<string, string>): string[] {
  const set = attributes.get('srcset')
  return set === undefined ? [] : set.split(',').map((each) => each.trim().split(/\s/)[0] ?? '')
}

function isOutside(url: string): boolean {
  return /^(?:https?:)?\/\//i.test(url)
}

function plain(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&#x([\da-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

function wrong(
  folder: string,
  base: string,
  file: string,
  link: string,
  pages: ReadonlyMap<string, Page>,
): string | undefined {
  const [before = '', hash = ''] = link.split('#', 2)
  const path = decoded(before.split('?')[0] ?? '')
  const anchor = decoded(hash)
  if (path === undefined || anchor === undefined) return 'is not encoded as a URL.'
  let target = file
  if (path !== '') {
    const absolute = path.startsWith('/') ? path : posix.join(base, posix.dirname(file), path)
    if (!absolute.startsWith(base) && `${absolute}/` !== base) return `is not below ${base}.`
    target = absolute.slice(base.length)
    if (target === '' || target.endsWith('/')) target += 'index.html'
    const at = join(folder, target)
    if (!existsSync(at) || !statSync(at).isFile()) return `is dead: there is no ${target}.`
  }
  if (anchor === '' || !target.endsWith('.html')) return undefined
  return pages.get(target)?.ids.has(anchor) ? undefined : `is dead: ${target} has no id ${anchor}.`
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
