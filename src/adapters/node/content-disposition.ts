/**
 * A `Content-Disposition` with the name to save under: in ASCII for old clients, and in UTF-8 where that says more.
 *
 * Path separators and controls of a name become `_`: a name is no path, whoever chose it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6266.html#section-4
 * @see https://www.rfc-editor.org/rfc/rfc8187.html#section-3.2
 */
export function contentDisposition(type: 'inline' | 'attachment', filename: string | undefined): string {
  if (filename === undefined) return type
  const name = filename.toWellFormed().replace(/[\p{Cc}/\\]/gu, '_')
  const ascii = name.replace(/[^\x20-\x7e]|["%]/g, '_')
  const plain = `${type}; filename="${ascii}"`
  if (ascii === name) return plain
  // attr-char of RFC 8187 leaves out some of what encodeURIComponent keeps.
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${plain}; filename*=UTF-8''${encoded}`
}
