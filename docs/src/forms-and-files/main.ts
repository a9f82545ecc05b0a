import { App, File, Form } from 'sallyport'
import { z } from 'zod'

const app = new App({ title: 'Forms and files' })

// #region form
const contact = { email: Form(z.email()), message: Form(z.string().max(2000)) }

app.post('/contact', { params: contact, status: 202 }, ({ email }) => ({
  answerTo: email,
}))
// #endregion form

// #region object
const Booking = z
  .strictObject({
    name: z.string(),
    guests: z.int().min(1).max(8),
    vegetarian: z.boolean().default(false),
  })
  .refine(
    ({ guests, vegetarian }) => !vegetarian || guests < 5,
    'the vegetarian table has four seats',
  )

app.post(
  '/bookings',
  { params: { booking: Form(Booking) }, status: 201 },
  ({ booking }) => booking,
)
// #endregion object

// #region file
const picture = File({
  mediaTypes: ['image/png', 'image/jpeg'],
  maxSize: 2 * 1024 * 1024,
})

app.post('/pictures', { params: { picture }, status: 201 }, async ({ picture }) => {
  const bytes = await picture.bytes()
  return { name: picture.name, type: picture.type, size: bytes.byteLength }
})
// #endregion file

// #region files
const album = {
  title: Form(z.string()),
  pictures: File({ multiple: true }),
  cover: File({ optional: true }),
}

app.post('/albums', { params: album, status: 201 }, ({ title, pictures, cover }) => ({
  title,
  pictures: pictures.map(({ name }) => name),
  cover: cover?.name ?? null,
}))
// #endregion files

export default app
