import type { Dependency } from '../declaration.ts'
import { dependency } from '../depends.ts'
import { Form } from '../params.ts'
import type { JSONSchema, Schema, SchemaIssue } from '../schema.ts'
import { hideSecrets } from './credentials.ts'

/** What a client posts to the token endpoint of the password flow. `console.log` hides the secrets; JSON does not. */
export interface OAuth2PasswordRequestForm {
  /** `password`, or undefined where the client left it out. */
  readonly grant_type: 'password' | undefined
  readonly username: string
  readonly password: string
  /** The requested scopes: what the client sent as `scope`, split at white space. */
  readonly scopes: readonly string[]
  readonly client_id: string | undefined
  readonly client_secret: string | undefined
}

/** What {@link OAuth2PasswordRequestForm} is, with a `grant_type` that was sent. */
export interface OAuth2PasswordRequestFormStrict extends OAuth2PasswordRequestForm {
  readonly grant_type: 'password'
}

/** A checked form, still as it is on the wire. */
interface Fields {
  readonly grant_type: 'password' | undefined
  readonly username: string
  readonly password: string
  readonly scope: string
  readonly client_id: string | undefined
  readonly client_secret: string | undefined
}

/**
 * The form of the password flow, for a token endpoint.
 *
 * An empty field is a missing one, unknown fields are ignored, a client's secret in `Authorization` is not read. Without a
 * `username` or a `password`, or with another `grant_type` than `password`, the answer is 422.
 *
 * @example
 * ```ts
 * import { App, HTTPException } from 'sallyport'
 * import { OAuth2PasswordRequestForm } from 'sallyport/security'
 *
 * const app = new App()
 * app.post('/token', { params: { form: OAuth2PasswordRequestForm } }, ({ form }) => {
 *   if (form.username !== 'johndoe') throw new HTTPException(400, 'Incorrect username or password')
 *   return { access_token: 'a token for the scopes in form.scopes', token_type: 'bearer' }
 * })
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-4.3.2
 */
export const OAuth2PasswordRequestForm: Dependency<OAuth2PasswordRequestForm> = dependency(
  { form: Form(passwordForm(false)) },
  ({ form }) => requested(form),
)

/**
 * The form of the password flow by the letter of RFC 6749: `grant_type` is required.
 *
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { OAuth2PasswordRequestFormStrict } from 'sallyport/security'
 *
 * new App().post('/token', { params: { form: OAuth2PasswordRequestFormStrict } }, ({ form }) => ({ asked: form.scopes }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-4.3.2
 */
export const OAuth2PasswordRequestFormStrict: Dependency<OAuth2PasswordRequestFormStrict> = dependency(
  { form: Form(passwordForm(true)) },
  ({ form }) => requested(form) as OAuth2PasswordRequestFormStrict,
)

function requested({ scope, ...fields }: Fields): OAuth2PasswordRequestForm {
  const scopes = Object.freeze(scope.split(/\s+/).filter((name) => name !== ''))
  return Object.freeze(hideSecrets({ ...fields, scopes }))
}

function passwordForm(strict: boolean): Schema<unknown, Fields> {
  return {
    '~standard': {
      version: 1,
      vendor: 'sallyport',
      validate: (value) => readFields(value, strict),
      jsonSchema: { input: () => describeFields(strict), output: () => describeFields(strict) },
    },
  }
}

function readFields(value: unknown, strict: boolean): { value: Fields } | { issues: readonly SchemaIssue[] } {
  if (typeof value !== 'object' || value === null) return { issues: [{ message: 'Expected a form' }] }
  const issues: SchemaIssue[] = []
  const read = (name: keyof Fields, required: boolean): string | undefined => {
    const field: unknown = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
    if (typeof field === 'string' && field !== '') return field
    if (field !== undefined && field !== '') issues.push(issue(name, 'string_type', 'Input should be a valid string'))
    else if (required) issues.push(issue(name, 'missing', 'Field required'))
    return undefined
  }
  const grantType = read('grant_type', strict)
  if (grantType !== undefined && grantType !== 'password') {
    issues.push(issue('grant_type', 'string_pattern_mismatch', "String should match pattern '^password$'"))
  }
  const fields = {
    grant_type: grantType as 'password' | undefined,
    username: read('username', true) ?? '',
    password: read('password', true) ?? '',
    scope: read('scope', false) ?? '',
    client_id: read('client_id', false),
    client_secret: read('client_secret', false),
  }
  return issues.length > 0 ? { issues } : { value: fields }
}

/** The code is what the 422 shows as `type`. */
function issue(name: string, code: string, message: string): SchemaIssue & { readonly code: string } {
  return { message, path: [name], code }
}

/** As FastAPI describes it, so that the docs page shows the same form. */
function describeFields(strict: boolean): JSONSchema {
  const grantType = { type: 'string', pattern: '^password$' }
  const optional = { anyOf: [{ type: 'string' }, { type: 'null' }] }
  const secret = strict ? {} : { format: 'password' }
  return {
    type: 'object',
    properties: {
      grant_type: strict
        ? { ...grantType, title: 'Grant Type' }
        : { anyOf: [grantType, { type: 'null' }], title: 'Grant Type' },
      username: { type: 'string', title: 'Username' },
      password: { type: 'string', ...secret, title: 'Password' },
      scope: { type: 'string', title: 'Scope', default: '' },
      client_id: { ...optional, title: 'Client Id' },
      client_secret: { ...optional, ...secret, title: 'Client Secret' },
    },
    required: [...(strict ? ['grant_type'] : []), 'username', 'password'],
  }
}
