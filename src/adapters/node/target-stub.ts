/** Stands in for src/target.ts until that is there. */
export function refuseTarget(target: string): string | undefined {
  if (!target.startsWith('/') || target.startsWith('//')) return 'Invalid request target'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
  if (/[\x00-\x20\x7f-\uffff\\#]|%(?![\da-f]{2})|\/(?:\.|%2e){1,2}(?:[/?]|$)/i.test(target)) return 'Invalid request target'
  return undefined
}
