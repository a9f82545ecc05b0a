/** What to give so that what was skipped is tried: sentences. */
import type { Scheme } from '../declaration.ts'
import type { Purse } from './attack-purse.ts'

/** The step by what the option `credentials` lacks of a scheme. */
export const stepTo: Readonly<Record<'publicKey' | 'mint' | 'withScopes', (schemeName: string) => string>> = {
  publicKey: (name) =>
    `Give credentials: { ${keyText(name)}: { publicKey } }, the key that tokens are verified with as PEM text.`,
  mint: (name) =>
    `Give credentials: { ${keyText(name)}: { mint: ({ claims, header }) => … } }, which signs a token that has these; one that gives undefined says that there is nothing in the tokens.`,
  withScopes: (name) =>
    `Give credentials: { ${keyText(name)}: { withScopes: (scopes) => … } }, which makes a credential with these scopes and no others.`,
}

/** Why there are no valid credentials of schemes that are required together, and the step. */
export function lackOf(purse: Purse, schemes: readonly Scheme[]): readonly [reason: string, next: string] {
  const lacking = schemes.filter((scheme) => !purse.of(scheme).valid).map(({ schemeName }) => schemeName)
  if (lacking.length === 0)
    return ['two schemes read the same header, so no request can have both', 'Give one of them a place of its own.']
  return [
    `the option credentials has no valid for ${lacking.join(', ')}`,
    `Give credentials: { ${lacking.map((name) => `${keyText(name)}: { valid: () => … }`).join(', ')} }, which makes a credential that is accepted.`,
  ]
}

/** The name of a scheme as the key of an object. */
function keyText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}
