/** Streams, work after the answer, clients that go away, and the end. */
import { expect, test } from 'vitest'
import { RawClient } from '../adapters/raw-client.ts'
import { inEachRuntime } from './each.ts'

inEachRuntime((served) => {
  const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
  /** What it prints from here on. */
  const printed = (): { until(pattern: RegExp): Promise<RegExpExecArray>; times(word: string): number } => {
    const { program } = served.serving
    const from = program.output.length
    return {
      until: (pattern) => program.until(pattern, from),
      times: (word) =>
        program.output
          .slice(from)
          .split('\n')
          .filter((line) => line === word).length,
    }
  }

  test('a stream comes whole, and what it needs is closed after it, once', async () => {
    const lines = printed()
    const answer = await fetch(`${served.serving.url}/stream`)
    expect(await answer.text()).toBe('one two three')
    await lines.until(/^closed$/m)
    expect([lines.times('opened'), lines.times('closed')]).toEqual([1, 1])
  })

  test('HEAD of a stream closes it', async () => {
    const lines = printed()
    const answer = await fetch(`${served.serving.url}/endless`, { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    await lines.until(/^closed$/m)
  })

  test('a client that goes away in the middle of a stream ends it', async () => {
    const lines = printed()
    const client = new RawClient(served.serving.port).write(request('/endless'))
    await client.until(/again [\s\S]*again /)
    client.destroy()
    await lines.until(/^stream ended$/m)
    await lines.until(/^closed$/m)
    expect([lines.times('stream ended'), lines.times('closed')]).toEqual([1, 1])
  })

  test('a stream that breaks does not look complete, and is told', async () => {
    const lines = printed()
    const client = new RawClient(served.serving.port).write(request('/broken'))
    const got = await client.ended()
    client.destroy()
    expect(got).not.toContain('\r\n0\r\n\r\n')
    await lines.until(/the stream broke/)
    await lines.until(/^closed$/m)
    expect(lines.times('closed')).toBe(1)
  })

  // A workerd without the edge in front does not notice: there the handler runs to its end.
  test.skipIf(served.name === 'workerd')(
    'a client that goes away aborts the signal of the request, and what was opened is closed, once',
    async () => {
      const lines = printed()
      const client = new RawClient(served.serving.port).write(request('/waiting'))
      await lines.until(/^waiting$/m)
      client.destroy()
      await lines.until(/^aborted$/m)
      await lines.until(/^closed$/m)
      expect([lines.times('opened'), lines.times('closed')]).toEqual([1, 1])
    },
  )

  test('a background task runs after its answer', async () => {
    const lines = printed()
    expect(await (await fetch(`${served.serving.url}/background`)).json()).toBe('answered')
    await lines.until(/^task done$/m)
  })

  test('the app was started once', () => {
    expect(served.serving.program.output.split('\n').filter((line) => line === 'started')).toHaveLength(1)
  })
})
