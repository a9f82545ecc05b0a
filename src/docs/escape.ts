/** How text gets into a page: nothing that an option holds can end an attribute, an element or a script. */

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

/** Text for the content of an HTML element or a quoted attribute. */
export function toHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities.get(character) ?? character)
}

/**
 * A JSON value for the inside of a `<script>`, on one line, spaced as Python's `json.dumps` does.
 *
 * `<`, `>` and `&` are written as escapes, so that `</script>` and `<!--` cannot occur, and so are U+2028 and U+2029,
 * which end a line in older JavaScript.
 */
export function toScript(value: unknown): string {
  // With an indentation, a raw line feed can only be one that JSON.stringify put there: inside strings it is `\n`.
  return JSON.stringify(value, null, 1)
    .replace(/,?\n */g, (gap) => (gap.startsWith(',') ? ', ' : ''))
    .replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The ` nonce="…"` of a `<script>`, `<style>` or `<link>`, or nothing. */
export function nonceAttribute(nonce: string | undefined): string {
  return nonce === undefined ? '' : ` nonce="${toHtml(nonce)}"`
}
