/** What many documents have in common. */

export const HTTPError = {
  type: 'object',
  properties: { detail: { type: 'string' } },
  required: ['detail'],
  title: 'HTTPError',
}

export const ValidationError = {
  type: 'object',
  properties: {
    type: { type: 'string', title: 'Error Type' },
    loc: { type: 'array', items: { type: ['string', 'integer'] }, title: 'Location' },
    msg: { type: 'string', title: 'Message' },
  },
  required: ['type', 'loc', 'msg'],
  title: 'ValidationError',
}

export const HTTPValidationError = {
  type: 'object',
  properties: {
    detail: { type: 'array', items: { $ref: '#/components/schemas/ValidationError' }, title: 'Detail' },
  },
  required: ['detail'],
  title: 'HTTPValidationError',
}

/** A success of which nothing is known. */
export const success = { description: 'Successful Response', content: { 'application/json': { schema: {} } } }

/** A success with a schema. */
export function successOf(schema: object): object {
  return { description: 'Successful Response', content: { 'application/json': { schema } } }
}

/** The 422 of an operation. */
export const invalid = {
  description: 'Validation Error',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/HTTPValidationError' } } },
}

/** A refusal that has one challenge. */
export function refused(detail: string, challenge: string): object {
  return refusedAs(detail, { example: challenge })
}

/** A refusal with the examples of its challenge. */
export function refusedAs(detail: string, examples: object): object {
  return {
    description: detail,
    headers: {
      'WWW-Authenticate': {
        description: 'The challenge of the scheme that refused.',
        schema: { type: 'string' },
        ...examples,
      },
    },
    content: { 'application/json': { schema: { $ref: '#/components/schemas/HTTPError' }, example: { detail } } },
  }
}
