/** URLs as seen from a page, so that a page works behind a proxy that strips a prefix we know nothing of. */

/**
 * The way from a page to the folder at the API's root: `./` from `/docs`, `../` from `/internal/docs` and from `/docs/`.
 */
export function rootFrom(pagePath: string): string {
  const folders = pagePath.split('/').length - 2
  return folders <= 0 ? './' : '../'.repeat(folders)
}

/** The way from a page to another path of the same app; a URL with a scheme or a host stays as it is. */
export function pathFrom(pagePath: string, target: string): string {
  if (!target.startsWith('/') || target.startsWith('//')) return target
  return rootFrom(pagePath) + target.slice(1)
}

/** Throws a TypeError if an option cannot be the path of a page. */
export function assertPagePath(option: string, path: string): void {
  if (!path.startsWith('/') || path.startsWith('//') || /[?#\\\s]/.test(path)) {
    throw new TypeError(`${option}: a path that starts with one slash, such as '/docs', is needed, not '${path}'.`)
  }
}
