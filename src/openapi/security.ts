/** What a plan requires of a caller, as the document writes it. */
import type { Scheme } from '../declaration.ts'
import type { Plan } from '../plan.ts'
import { copyValue } from './schema-copy.ts'
import type { SecurityRequirementObject, SecuritySchemeObject } from './types.ts'

/**
 * The `security` of an operation: an object for each alternative (OR), a name in it for each scheme that is needed (AND), `{}` for
 * the alternative that needs none. Undefined where nothing is required.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
 */
export function securityOf({ requirements }: Plan): SecurityRequirementObject[] | undefined {
  if (requirements.length === 0) return undefined
  return requirements.map((requirement) =>
    Object.fromEntries([...requirement].map(([{ schemeName }, scopes]) => [schemeName, [...scopes]])),
  )
}

/** The schemes of the operations that a document shows, by their names. */
export class SecuritySchemes {
  readonly #known = new Map<string, { readonly scheme: Scheme; readonly where: string; readonly text: string }>()

  /** @throws TypeError for a scheme that looks different from another of its name: the document could show only one. */
  add(schemes: readonly Scheme[], where: string): void {
    for (const scheme of schemes) {
      const known = this.#known.get(scheme.schemeName)
      if (known?.scheme === scheme) continue
      const text = JSON.stringify(scheme.model)
      if (known === undefined) this.#known.set(scheme.schemeName, { scheme, where, text })
      else if (known.text !== text) {
        throw new TypeError(
          `${where} and ${known.where} use two different schemes that are named ${scheme.schemeName}. Give one of them another name with the option schemeName, or use the same instance for both.`,
        )
      }
    }
  }

  /** The `securitySchemes` of the components; undefined when there are none. */
  print(): Record<string, SecuritySchemeObject> | undefined {
    if (this.#known.size === 0) return undefined
    return Object.fromEntries([...this.#known].map(([name, { scheme }]) => [name, copyValue(scheme.model)]))
  }
}
