import { App } from 'sallyport'
import { MutualTLS } from 'sallyport/security'

const mutualTLS = new MutualTLS({
  from: 'client-cert',
  verify: ({ subject }) => (subject.CN === 'sensor' ? { name: 'sensor' } : undefined),
})

const app = new App({ title: 'Devices behind a proxy' })

app.get('/me', { params: { device: mutualTLS } }, ({ device }) => ({
  name: device.name,
}))

export default app
