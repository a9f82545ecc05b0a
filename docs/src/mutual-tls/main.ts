import { App } from 'sallyport'
import { MutualTLS } from 'sallyport/security'

const devices = new Map([
  ['spiffe://example.org/sensor/7', { name: 'The sensor on the roof' }],
])

const mutualTLS = new MutualTLS({
  verify: ({ subjectAltNames }) => devices.get(subjectAltNames.uri[0] ?? ''),
})

const app = new App({ title: 'Devices' })

app.get('/me', { params: { device: mutualTLS } }, ({ device }) => ({
  name: device.name,
}))

export default app
