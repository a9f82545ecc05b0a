import { dependency, Header, HTTPException } from 'sallyport'
import { z } from 'zod'

/** Who asks; only a name, until the chapters on security. */
export const getCaller = dependency(
  { xCaller: Header(z.string()) },
  ({ xCaller }) => xCaller,
)

export const assertStaff = dependency({ caller: getCaller }, ({ caller }) => {
  if (caller !== 'johndoe') throw new HTTPException(403, 'Only for the staff')
})
