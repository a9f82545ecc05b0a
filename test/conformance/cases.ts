/** The conformance data as types, and the making of an app for each of its files. */
import { readFileSync } from 'node:fs'
import type { App } from 'sallyport'
import { makeItemsApp, makeApp as makeProxyApp, servers } from './apps/behind-a-proxy.ts'
import { makeApp as makeCurrentUserApp } from './apps/current-user.ts'
import { makeConditionalApp, makeCustomApp, makeGreetingApp } from './apps/docs-pages.ts'
import { makeApp as makeErrorStatusApp } from './apps/error-status.ts'
import { makeApp as makeFirstStepsApp } from './apps/first-steps.ts'
import { makeApp as makeBasicApp } from './apps/http-basic.ts'
import { makeApp as makeCompareApp } from './apps/http-basic-compare.ts'
import { makeApp as makeJwtApp } from './apps/jwt.ts'
import { getPasswordHash, type UserInDB } from './apps/jwt-tokens.ts'
import { makeApp as makeScopesApp } from './apps/scopes.ts'
import { makeApp as makeSimpleApp } from './apps/simple-oauth2.ts'

export interface CaseRequest {
  method: string
  path: string
  headers?: Record<string, string>
  form?: Record<string, string> | null
  json?: unknown
  cookies?: Record<string, string>
  root_path?: string
  scheme?: string
  host?: string
}

export interface CaseExpect {
  status: number
  headers?: Record<string, string>
  headers_absent?: string[]
  json?: unknown
  json_subset?: Record<string, unknown>
  json_has?: string[]
  json_ref?: 'openapi'
  text?: string
  text_contains?: string[]
  text_not_contains?: string[]
  redirected_via?: { status: number; location: string }[]
}

export interface CaseStep {
  request: CaseRequest
  expect: CaseExpect
  save?: Record<string, string>
}

export interface Setup {
  env?: Record<string, string>
  add_user?: { username: string; full_name: string; email: string; password: string; disabled: boolean }
}

export type Case = { name: string; setup?: Setup } & (CaseStep | { steps: CaseStep[] })

export interface CaseFile {
  app: string
  cases: Case[]
  openapi: Record<string, unknown> | null
  openapi_security: { securitySchemes: Record<string, unknown>; operations: Record<string, unknown> } | null
}

/** How the app of each file is made. */
const APPS: Readonly<Record<string, (setup: Setup) => App | Promise<App>>> = {
  authentication_error_status_code: makeErrorStatusApp,
  behind_a_proxy_1: () => makeProxyApp(),
  behind_a_proxy_1_01_forwarded_host: makeItemsApp,
  behind_a_proxy_2: () => makeProxyApp({ rootPath: '/api/v1' }),
  behind_a_proxy_3: () => makeProxyApp({ rootPath: '/api/v1', servers: servers ?? [] }),
  behind_a_proxy_4: () => makeProxyApp({ rootPath: '/api/v1', servers: servers ?? [], rootPathInServers: false }),
  conditional_openapi: (setup) => makeConditionalApp(setup.env ?? {}),
  configure_swagger_ui_1: () => makeGreetingApp({ swaggerUIParameters: { syntaxHighlight: false } }),
  configure_swagger_ui_2: () => makeGreetingApp({ swaggerUIParameters: { syntaxHighlight: { theme: 'obsidian' } } }),
  configure_swagger_ui_3: () => makeGreetingApp({ swaggerUIParameters: { deepLinking: false } }),
  custom_docs_ui_cdn: () =>
    makeCustomApp({
      js: 'https://unpkg.com/swagger-ui-dist@5/swagger-ui-bundle.js',
      css: 'https://unpkg.com/swagger-ui-dist@5/swagger-ui.css',
      redoc: 'https://unpkg.com/redoc@2/bundles/redoc.standalone.js',
    }),
  custom_docs_ui_self_hosted: () =>
    makeCustomApp({
      js: '/static/swagger-ui-bundle.js',
      css: '/static/swagger-ui.css',
      redoc: '/static/redoc.standalone.js',
    }),
  security_tutorial_1: makeFirstStepsApp,
  security_tutorial_2: makeCurrentUserApp,
  security_tutorial_3: makeSimpleApp,
  security_tutorial_4_jwt: async ({ add_user }) => makeJwtApp(add_user ? [await stored(add_user)] : []),
  security_tutorial_5_scopes: makeScopesApp,
  security_tutorial_6_http_basic: makeBasicApp,
  security_tutorial_7_http_basic_compare: makeCompareApp,
}

async function stored({ password, ...user }: NonNullable<Setup['add_user']>): Promise<UserInDB> {
  return { ...user, hashedPassword: await getPasswordHash(password) }
}

export const FILES: readonly string[] = Object.keys(APPS)

export function readFile(name: string): CaseFile {
  return JSON.parse(readFileSync(new URL(`./tutorial/${name}.json`, import.meta.url), 'utf8'))
}

export function makeApp(name: string, setup: Setup = {}): App | Promise<App> {
  const make = APPS[name]
  if (!make) throw new Error(`No app for ${name}`)
  return make(setup)
}
