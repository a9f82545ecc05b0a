/** Validators of OpenAPI documents by different authors: what one lets through another may not. */
import { createRequire } from 'node:module'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect } from 'vitest'
import type { OpenAPIObject } from '../../src/openapi/types.ts'

/** Rules about taste and completeness, which a document may break and still be correct. */
const TASTE = {
  'info-license': 'off',
  'info-license-strict': 'off',
  'operation-4xx-response': 'off',
  'no-server-example.com': 'off',
  'no-empty-servers': 'off',
  'no-ambiguous-paths': 'off',
  'operation-summary': 'off',
  'security-defined': 'off',
  'tag-description': 'off',
  'no-path-trailing-slash': 'off',
} as const

const config = createConfig({ extends: ['recommended-strict'], rules: TASTE })

interface Ajv {
  validateSchema(schema: unknown): boolean
  readonly errors?: unknown
}

// The official document schema leaves Schema Objects open; the metaschema of 2020-12 does not.
const near = createRequire(createRequire(import.meta.url).resolve('@seriousme/openapi-schema-validator'))
const { default: Ajv2020 } = near('ajv/dist/2020.js') as { default: new (options: { strict: false }) => Ajv }
const metaschema = new Ajv2020({ strict: false })

/** What is wrong with a document, in the validators' words; nothing when all of them accept it. */
export async function problemsOf(document: OpenAPIObject): Promise<string[]> {
  const text = JSON.stringify(document)
  const { valid, errors } = await new Validator().validate(JSON.parse(text))
  const found = await lintFromString({ source: text, absoluteRef: 'openapi.json', config: await config })
  const schemas = schemasIn(JSON.parse(text)).filter((schema) => !metaschema.validateSchema(schema))
  return [
    ...(valid ? [] : [`seriousme: ${JSON.stringify(errors)}`]),
    ...found.map(({ ruleId, message, location }) => `redocly: ${ruleId}: ${message} at ${location[0]?.pointer}`),
    ...schemas.map((schema) => `metaschema: ${JSON.stringify(schema)}`),
  ]
}

/** Fails unless every validator accepts a document. */
export async function expectValid(document: OpenAPIObject): Promise<void> {
  expect(await problemsOf(document)).toEqual([])
}

/** Every Schema Object that stands in a document, components and what stands inline. */
function schemasIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, below]) => {
    if (key === 'schema') return [below]
    if (key === 'schemas') return Object.values(below as object)
    return schemasIn(below)
  })
}
