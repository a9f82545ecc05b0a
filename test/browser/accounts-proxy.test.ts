/** The story of the docs page behind a real nginx that takes a prefix off, whether the app was told of it or not. */
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Folder } from '../cli/folder.ts'
import { Program, startAccounts } from '../cli/program.ts'
import { call, ITEMS, johndoe, logIn, logoutButton, ME, notAuthenticated, show } from './accounts-page.ts'
import { browserTest } from './chromium.ts'
import { closeDialog, isLocked, openDialog, scheme } from './swagger-ui.ts'

const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find((path) => existsSync(path))
const PREFIX = '/api/v1'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** nginx on a free port, with all that it writes in the folder. */
async function startNginx(path: string, folder: string, upstream: string): Promise<Program & { origin: string }> {
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location ${PREFIX}/ {
      proxy_pass ${upstream}/;
      proxy_set_header X-Forwarded-For $remote_addr;
    }
  }
}
`,
  )
  const program = new Program(path, ['-p', folder, '-c', file, '-e', 'stderr'])
  // It listens before it says so.
  await program.until(/start worker process|using the "epoll" event method|OS: /)
  return Object.assign(program, { origin: `http://127.0.0.1:${port}` })
}

for (const { name, args } of [
  { name: 'that the app was told of', args: ['--root-path', PREFIX, '--trust-proxy', 'loopback'] },
  { name: 'that the app does not know of', args: [] },
]) {
  browserTest(`the accounts app behind nginx with a prefix ${name}`, async ({ page, watch, skip }) => {
    if (NGINX === undefined) return skip("No nginx: run 'node scripts/debian.ts nginx' as root.")
    using folder = new Folder()
    await using accounts = await startAccounts(folder.path, args)
    await using nginx = await startNginx(NGINX, folder.path, accounts.origin)
    watch.allow(nginx.origin)
    watch.expectProblem(/the server responded with a status of 40[01]/)
    const base = nginx.origin + PREFIX
    const document = (await (await fetch(`${base}/openapi.json`)).json()) as { servers?: unknown }
    expect(document.servers).toEqual(args.length > 0 ? [{ url: PREFIX }] : undefined)

    await page.goto(`${base}/`)
    expect(page.url()).toBe(`${base}/docs`)
    expect(await call(page, ME)).toEqual(notAuthenticated)
    const dialog = await openDialog(page)
    expect(await scheme(dialog, 'OAuth2PasswordBearer').innerText()).toContain(`Token URL: ${base}/token`)
    await logIn(dialog, 'johndoe', 'wrong')
    await dialog.locator('.errors').waitFor()
    await logIn(dialog, 'johndoe', 'secret')
    await logoutButton(dialog).waitFor()
    await closeDialog(dialog)
    expect(await isLocked(page, ME)).toBe(true)
    expect(await call(page, ME)).toEqual({ status: '200', body: johndoe })
    await show(page, watch, ME, `accounts-nginx-prefix-${name.replaceAll(' ', '-')}`)
    expect((await call(page, ITEMS)).status).toBe('200')

    const again = await openDialog(page)
    await logoutButton(again).click()
    await closeDialog(again)
    expect(await call(page, ME)).toEqual(notAuthenticated)
    // All went through the proxy, under the prefix.
    const paths = watch.requests.filter((request) => request.includes('http')).map((request) => request.split(' ')[1])
    expect(paths.filter((path) => !path?.startsWith(`${base}/`))).toEqual([])
    expect(await nginx.stop('SIGQUIT')).toBe(0)
  })
}
