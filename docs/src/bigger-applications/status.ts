import { App } from 'sallyport'

/** An app of its own, which another team may write. */
const status = new App({ title: 'Status' })

status.get('/health', () => ({ ok: true }))

export default status
