import { expect } from 'vitest'
import type { Case, CaseExpect, CaseRequest, CaseStep } from './cases.ts'
import { OVERRULED } from './overruled.ts'

/** Sends one request, without following redirects. */
export type Send = (path: string, init: RequestInit, request: CaseRequest) => Promise<Response>

/** Runs a case's steps one after the other, values saved from one to the next. */
export async function runCase(
  file: string,
  given: Case,
  send: Send,
  openapi: (document: unknown) => void,
): Promise<void> {
  const saved = new Map<string, string>()
  const steps: CaseStep[] = 'steps' in given ? given.steps : [given]
  for (const step of steps) {
    const overruled = OVERRULED[`${file}: ${given.name}`]
    await runStep(overruled ? { ...step, expect: { ...step.expect, ...overruled.expect } } : step, send, saved, openapi)
  }
}

async function runStep(
  step: CaseStep,
  send: Send,
  saved: Map<string, string>,
  openapi: (document: unknown) => void,
): Promise<void> {
  const { request, expect: expected } = step
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, fill(value, saved))
  const cookies = Object.entries(request.cookies ?? {})
  if (cookies.length) headers.set('cookie', cookies.map(([name, value]) => `${name}=${value}`).join('; '))
  let body: string | URLSearchParams | undefined
  if (request.form) body = new URLSearchParams(request.form)
  else if (request.json !== null && request.json !== undefined) {
    body = JSON.stringify(request.json)
    headers.set('content-type', 'application/json')
  }
  const init: RequestInit = {
    method: request.method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  }

  let response = await send(request.path, init, request)
  const via: { status: number; location: string }[] = []
  while (response.status === 307 && expected.status !== 307 && via.length < 5) {
    const location = response.headers.get('location') ?? ''
    via.push({ status: response.status, location })
    response = await send(location, init, request)
  }
  if (expected.redirected_via) expect(via).toEqual(expected.redirected_via)
  else expect(via).toEqual([])
  await check(response, expected, saved, step.save ?? {}, openapi)
}

function fill(text: string, saved: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => saved.get(name) ?? '')
}

async function check(
  response: Response,
  expected: CaseExpect,
  saved: Map<string, string>,
  save: Record<string, string>,
  openapi: (document: unknown) => void,
): Promise<void> {
  expect(response.status).toBe(expected.status)
  for (const [name, value] of Object.entries(expected.headers ?? {}))
    expect(response.headers.get(name), name).toBe(value)
  for (const name of expected.headers_absent ?? []) expect(response.headers.get(name), name).toBeNull()
  const text = await response.text()
  if (expected.text !== undefined) expect(text).toBe(expected.text)
  for (const part of expected.text_contains ?? []) expect(text).toContain(part)
  for (const part of expected.text_not_contains ?? []) expect(text).not.toContain(part)
  const json: unknown = response.headers.get('content-type')?.startsWith('application/json')
    ? JSON.parse(text)
    : undefined
  if ('json' in expected) {
    if (expected.status === 422) checkIssues(json, expected.json)
    else expect(json).toEqual(expected.json)
  }
  if (expected.json_subset) expect(json).toMatchObject(expected.json_subset)
  for (const name of expected.json_has ?? []) expect(json).toHaveProperty(name)
  if (expected.json_ref) openapi(json)
  for (const [name, path] of Object.entries(save)) {
    expect(path).toMatch(/^\$\.\w+$/)
    saved.set(name, String((json as Record<string, unknown>)[path.slice(2)]))
  }
}

interface Issues {
  detail: { type: string; loc: unknown[] }[]
}

/** The contract of a 422 is the list of `loc`, and the type where a value is absent. */
function checkIssues(json: unknown, expected: unknown): void {
  const brief = ({ type, loc }: Issues['detail'][number]) => (type === 'missing' ? { type, loc } : { loc })
  expect((json as Issues).detail.map(brief)).toEqual((expected as Issues).detail.map(brief))
}
