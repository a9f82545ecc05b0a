import { Router } from 'sallyport'
import { assertStaff } from '../dependencies.ts'

export const staffRouter = new Router({ tags: ['staff'], dependencies: [assertStaff] })

staffRouter.post('/close-gate', { status: 204 }, () => {})
