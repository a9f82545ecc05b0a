import { App, dependency } from 'sallyport'

const getUser = dependency(() => ({ name: 'John' }))
new App().overrides.set(getUser, () => ({ username: 'John' }))
