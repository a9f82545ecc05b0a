import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'test-output/readme')

beforeAll(() => {
  const page = readFileSync(join(root, 'README.md'), 'utf8')
  const programs = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, program = '']) => program)
  expect(programs, 'the README has one program').toHaveLength(1)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'main.ts'), programs[0] as string)
})

test('the program of the README compiles', () => {
  const config = { extends: '../../tsconfig.json', compilerOptions: { rootDir: '../..' }, include: ['*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const errors = output('tsc', '-p', folder)
  expect(errors.split('\n').filter((line) => line.includes('readme'))).toEqual([])
})

test('it does what the README says', async () => {
  process.env.PORT = '0'
  const { server } = (await import(join(folder, 'main.ts'))) as { server: { url: string; close(): Promise<void> } }
  try {
    const get = (path: string, token?: string): Promise<Response> =>
      fetch(`${server.url}${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
    const login = async (scope: string): Promise<string> => {
      const body = new URLSearchParams({ grant_type: 'password', username: 'johndoe', password: 'secret', scope })
      const answer = await fetch(`${server.url}/token`, { method: 'POST', body })
      return ((await answer.json()) as { access_token: string }).access_token
    }
    const nobody = await get('/users/me')
    expect([nobody.status, await nobody.json()]).toEqual([401, { detail: 'Not authenticated' }])
    expect(await (await get('/users/me', await login(''))).json()).toEqual({ name: 'johndoe' })

    const unscoped = await get('/users/me/items', await login('other'))
    expect(unscoped.status).toBe(403)
    expect(unscoped.headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    expect(await (await get('/users/me/items', await login('items'))).json()).toEqual(['a portcullis'])
    expect((await get('/docs')).status).toBe(200)
  } finally {
    await server.close()
  }
})

test('it is short', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8').split('\n').length).toBeLessThan(150)
})

function output(program: string, ...args: string[]): string {
  try {
    return execFileSync(program, args, { cwd: root, encoding: 'utf8' })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}
