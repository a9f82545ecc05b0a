import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { wireOf, writeScript } from '../../bench/measure/traffic.ts'
import { parseWrk } from '../../bench/measure/wrk.ts'

const output = `Running 4s test @ http://127.0.0.1:8000/
  1 threads and 50 connections
  Latency Distribution
     50%    1.90ms
     75%    2.10ms
     90%    2.70ms
     99%  812.00us
  80400 requests in 4.00s, 18.00MB read
Requests/sec:  20100.50
Transfer/sec:      4.50MB
`

test('reads what wrk prints', () => {
  expect(parseWrk(output)).toEqual({ rate: 20_100.5, requests: 80_400, refused: 0, p99: 0.812 })
  expect(parseWrk(output.replace('812.00us', '1.50s')).p99).toBe(1500)
  expect(parseWrk(`${output}  Non-2xx or 3xx responses: 12\n`).refused).toBe(12)
})

test('connections that broke are no result', () => {
  expect(() => parseWrk(`${output}  Socket errors: connect 0, read 3, write 0, timeout 0\n`)).toThrow(/broke/)
  expect(() => parseWrk('unable to connect')).toThrow(/nothing that can be read/)
  // Nothing was answered, which is for the one who asks to judge.
  expect(parseWrk(output.replace('80400 requests', '0 requests')).requests).toBe(0)
})

test('writes requests as they go over the wire', () => {
  expect(wireOf({ path: '/a', headers: { Authorization: 'Bearer x' } }, 'h:1')).toBe(
    'GET /a HTTP/1.1\r\nHost: h:1\r\nAuthorization: Bearer x\r\n\r\n',
  )
  expect(wireOf({ method: 'POST', path: '/a', body: '{"é":1}' }, 'h:1')).toBe(
    'POST /a HTTP/1.1\r\nHost: h:1\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"é":1}',
  )
})

test('writes the script of wrk: requests in turn, or the lines of a file from where the last run ended', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-wrk-'))
  try {
    const inTurn = readFileSync(writeScript(folder, { requests: [{ path: '/"é' }] }, 'h:1', 0), 'utf8')
    expect(inTurn).toContain('"GET /\\034\\195\\169 HTTP/1.1\\013\\010Host: h:1\\013\\010\\013\\010",')
    const request = { path: '/', headers: { Authorization: 'Bearer {token}' } }
    const cold = readFileSync(writeScript(folder, { request, file: '/tmp/t', place: '{token}' }, 'h:1', 7), 'utf8')
    expect(cold).toContain('io.lines("/tmp/t")')
    expect(cold).toContain(
      'next_of(values, 7, "GET / HTTP/1.1\\013\\010Host: h:1\\013\\010Authorization: Bearer ", "\\013\\010\\013\\010")',
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
