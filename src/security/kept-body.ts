import { bodyTooLarge, type Incoming } from '../incoming.ts'

/**
 * The whole body of a request, which whoever reads it afterwards still gets: a scheme that checks the body is not the one who
 * uses it.
 *
 * @throws HTTPException 413 for a body over `limits.body`.
 */
export function keepBody(incoming: Incoming): Promise<Uint8Array> {
  const body = kept.get(incoming) ?? readAndKeep(incoming)
  kept.set(incoming, body)
  return body
}

const kept = new WeakMap<Incoming, Promise<Uint8Array>>()

async function readAndKeep(incoming: Incoming): Promise<Uint8Array> {
  const bytes = await incoming.bytes(incoming.limits.body)
  // A web request is there before, or made by a getter, which takes the body from stream().
  const own: Request | undefined = Object.getOwnPropertyDescriptor(incoming, 'request')?.value
  const made = (): Request => own ?? Reflect.get(Object.getPrototypeOf(incoming), 'request', incoming)
  let request: Request | undefined
  Object.defineProperties(incoming, {
    bytes: {
      value: (limit: number): Promise<Uint8Array> =>
        bytes.byteLength > limit ? Promise.reject(bodyTooLarge(limit)) : Promise.resolve(bytes),
      configurable: true,
    },
    stream: {
      value: (): ReadableStream<Uint8Array> | null => (bytes.byteLength === 0 ? null : streamOf(bytes)),
      configurable: true,
    },
    request: {
      get: (): Request => {
        request ??= bytes.byteLength === 0 ? made() : new Request(made(), { body: bytes as Uint8Array<ArrayBuffer> })
        return request
      },
      configurable: true,
    },
  })
  return bytes
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
}
