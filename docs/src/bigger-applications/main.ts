import { App } from 'sallyport'
import { itemsRouter } from './routers/items.ts'
import { staffRouter } from './routers/staff.ts'
import status from './status.ts'

const app = new App({
  title: 'A bigger application',
  tags: [{ name: 'items', description: 'What stands in the castle.' }],
})

app.include(itemsRouter)
app.include(staffRouter, { prefix: '/staff' })
// #region mount
app.mount('/status', status)
// #endregion mount

export default app
