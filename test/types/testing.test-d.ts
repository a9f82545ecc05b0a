/** Type tests of sallyport/testing: every @ts-expect-error stands on a real error, every Equal holds. Compiled, not run. */

import { App, dependency, Security } from 'sallyport'
import { HTTPBearer, OAuth2PasswordBearer } from 'sallyport/security'
import { as, override, type TestCaller } from 'sallyport/testing'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <_True extends true>(): void => {}
type IsAny<T> = 0 extends 1 & T ? true : false

const app = new App()
const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me.', items: 'Items.' } })
const getUser = dependency({ token: scheme }, async ({ token }) => ({ name: token, disabled: false }))

// ---- override ------------------------------------------------------------------------------------------------------------------

const restored = override(app, getUser, { name: 'John', disabled: false })
expect<Equal<typeof restored, Disposable>>()
expect<Equal<IsAny<typeof restored>, false>>()
override(
  app,
  getUser,
  dependency(() => ({ name: 'John', disabled: false })),
)
override(app, scheme, 'a token')
// @ts-expect-error the value lacks disabled
override(app, getUser, { name: 'John' })
const getName = dependency(() => 'John')
// @ts-expect-error the dependency gives something else
override(app, getUser, getName)
// @ts-expect-error a function is not what getUser gives: override() takes the value
override(app, getUser, () => ({ name: 'John', disabled: false }))
// @ts-expect-error a function is no dependency
override(app, () => 'John', 'John')

// ---- as --------------------------------------------------------------------------------------------------------------------------

const caller = as(app, { subject: 'johndoe' }, { scopes: ['me'] })
expect<Equal<typeof caller, TestCaller>>()
expect<Equal<ReturnType<(typeof caller)['request']>, Promise<Response>>>()
as(app, 'anything')
as(app, { name: 'John', disabled: false }, { at: getUser, scopes: ['me', 'items'] })
as(app, { name: 'John', disabled: false }, { at: Security(getUser, ['me']) })
// @ts-expect-error what getUser gives has disabled
as(app, { name: 'John' }, { at: getUser })
// @ts-expect-error no scheme below getUser declares the scope
as(app, { name: 'John', disabled: false }, { at: getUser, scopes: ['itens'] })
// @ts-expect-error the option is scopes
as(app, 'anything', { scope: ['me'] })
// @ts-expect-error no scheme below declares scopes
as(app, { scheme: 'Bearer', credentials: 'x' }, { at: new HTTPBearer(), scopes: ['me'] })
// @ts-expect-error at is a dependency
as(app, 'anything', { at: () => 'anything' })
// @ts-expect-error an app has no such method: it would exist outside of tests
app.as('anything')
