/** RFC 6750 section 3 allows no quote, no backslash and nothing outside of ASCII here, not even escaped. */
export function errorDescription(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?')
}

/** RFC 9110 section 5.6.4: quote and backslash are escaped; control characters cannot be said at all. */
export function quotedString(option: string, text: string): string {
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
    throw new TypeError(`${option}: has a character that a header cannot carry`)
  }
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
