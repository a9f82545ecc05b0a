import { createHash, timingSafeEqual } from 'node:crypto'
import { HTTPBearer } from 'sallyport/security'

/** The scheme of one token: whoever sends it is the owner. */
export function ownerWith(token: string) {
  const expected = digest(token)
  return new HTTPBearer({
    description: 'The `API_TOKEN` of `.env`.',
    // Digests have one length, and comparing them takes one time: nothing tells how much of a guess was right.
    verify: ({ credentials }) => (timingSafeEqual(digest(credentials), expected) ? { name: 'owner' } : undefined),
  })
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
