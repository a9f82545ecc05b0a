import type { JSONSchema } from '../schema.ts'
import type { Components } from './components.ts'

/**
 * The schema of Problem Details. Extensions are open: what an `HTTPException` adds is not known when declared.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457.html#section-3.1
 */
export function problemSchema(components: Components): JSONSchema {
  return components.builtIn('ProblemDetails', () => ({
    type: 'object',
    properties: {
      type: {
        type: 'string',
        format: 'uri-reference',
        description: 'What kind of problem it is; about:blank where the status says it all.',
      },
      title: { type: 'string', description: 'The kind of problem, for people.' },
      status: { type: 'integer', minimum: 400, maximum: 599, description: 'The status of the answer.' },
      detail: { type: 'string', description: 'This occurrence of it, for people.' },
      instance: { type: 'string', format: 'uri-reference', description: 'What names this occurrence.' },
      code: { type: 'string', description: 'The kind of problem, for programs.' },
    },
    required: ['type', 'title', 'status', 'code'],
    title: 'ProblemDetails',
  }))
}

const PROBLEM_ERROR: JSONSchema = {
  type: 'object',
  properties: {
    detail: { type: 'string', description: 'What is wrong, for people.' },
    code: { type: 'string', description: 'What is wrong, for programs.' },
    in: { type: 'string', enum: ['body', 'cookie', 'header', 'path', 'query'] },
    parameter: { type: 'string', description: 'The name of a parameter.' },
    pointer: { type: 'string', description: "A JSON pointer into the body, or into the parameter's value." },
  },
  required: ['detail', 'code'],
  title: 'ProblemError',
}

/** The schema of a 422: what is wrong at each place. */
export function validationProblemSchema(components: Components): JSONSchema {
  return components.builtIn('ValidationProblem', () => ({
    allOf: [problemSchema(components)],
    type: 'object',
    properties: {
      errors: { type: 'array', items: components.builtIn('ProblemError', () => structuredClone(PROBLEM_ERROR)) },
    },
    required: ['errors'],
    title: 'ValidationProblem',
  }))
}
