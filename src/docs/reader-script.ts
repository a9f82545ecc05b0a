/**
 * `readerPlugin`: reads the document again when its reader logs in or out, with what was entered, where the document depends on
 * that. It uses `documentUrl` of the page.
 */
export const readerScript: string = `
let reading = 0

async function readAgain({ authSelectors, specActions }) {
  const url = new URL(documentUrl)
  if (url.origin !== window.location.origin) return // credentials of the API are for nobody else
  const headers = new Headers({ accept: 'application/json' })
  for (const { schema = {}, value, token } of Object.values(authSelectors.authorized().toJS())) {
    try {
      if (schema.type === 'apiKey' && schema.in === 'header') headers.set(schema.name, value)
      else if (schema.type === 'apiKey' && schema.in === 'query') url.searchParams.set(schema.name, value)
      else if (schema.type === 'http' && schema.scheme?.toLowerCase() === 'basic')
        headers.set('authorization', 'Basic ' + window.btoa(value.username + ':' + value.password))
      else if (schema.type === 'http' && schema.scheme?.toLowerCase() === 'bearer')
        headers.set('authorization', 'Bearer ' + value)
      else if (token?.access_token) headers.set('authorization', 'Bearer ' + token.access_token)
    } catch {} // what no header can hold is refused when it is sent to an operation
  }
  const number = ++reading
  const answer = await fetch(url, { headers, cache: 'no-store' })
  const text = await answer.text()
  if (answer.ok && number === reading) specActions.updateSpec(text)
}

const thenReadAgain = (action, system) => (...args) => {
  action(...args)
  readAgain(system).catch(() => {}) // what is shown stays
}

const readerPlugin = {
  statePlugins: {
    auth: {
      wrapActions: {
        authorize: thenReadAgain,
        authorizeOauth2: thenReadAgain,
        restoreAuthorization: thenReadAgain,
        logout: thenReadAgain,
      },
    },
  },
}
`
