/** Sends one command of Redis and gives its reply. */
export type RedisSend = (name: string, ...words: string[]) => Promise<unknown>

/**
 * Takes a key, in one step that no other request can come between.
 *
 * @param milliseconds for how long it is taken; a whole number from 1.
 * @returns whether it was free.
 * @throws Error, by rejecting, for a reply that `SET` does not give.
 * @see https://redis.io/docs/latest/commands/set/
 */
export async function setOnce(send: RedisSend, key: string, milliseconds: number): Promise<boolean> {
  const reply = await send('SET', key, '1', 'NX', 'PX', String(Math.max(1, Math.ceil(milliseconds))))
  if (reply === null || reply === undefined) return false
  if (String(reply) !== 'OK') throw new Error('SET: unexpected reply')
  return true
}
