/**
 * Copies what the docs pages need of `swagger-ui-dist` and `redoc` into modules under `src/docs/assets/`.
 *
 * Modules, because the framework also runs where there is no file system (Workers) and in bundles. Each holds one file,
 * compressed, and is imported when the file is first asked for. Run it with `node scripts/assets.ts`; it does nothing
 * when the folder is up to date. A changed file name or text in a new version of either package makes it fail, loudly.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

interface Source {
  /** The name of the manifest's constant. */
  constant: string
  module: string
  /** The name that the file is served by, with its content's hash in the middle. */
  file: string
  from: 'swagger-ui-dist' | 'redoc' | 'both'
  mediaType: string
  content: () => Buffer
}

const root = new URL('..', import.meta.url)
const folder = new URL('src/docs/assets/', root)
const stampFile = new URL('stamp.txt', folder)

const sources: Source[] = [
  {
    constant: 'swaggerUIBundle',
    module: 'swagger-ui-bundle.ts',
    file: 'swagger-ui-bundle.js',
    from: 'swagger-ui-dist',
    mediaType: 'text/javascript; charset=utf-8',
    content: () => withoutSourceMap(read('swagger-ui-dist', 'swagger-ui-bundle.js')),
  },
  {
    constant: 'swaggerUIStyle',
    module: 'swagger-ui-style.ts',
    file: 'swagger-ui.css',
    from: 'swagger-ui-dist',
    mediaType: 'text/css; charset=utf-8',
    content: () => withoutSourceMap(read('swagger-ui-dist', 'swagger-ui.css')),
  },
  {
    constant: 'favicon',
    module: 'favicon.ts',
    file: 'favicon-32x32.png',
    from: 'swagger-ui-dist',
    mediaType: 'image/png',
    content: () => read('swagger-ui-dist', 'favicon-32x32.png'),
  },
  {
    constant: 'redocBundle',
    module: 'redoc-bundle.ts',
    file: 'redoc.standalone.js',
    from: 'redoc',
    mediaType: 'text/javascript; charset=utf-8',
    content: () => withoutLogo(withoutSourceMap(read('redoc', 'bundles/redoc.standalone.js'))),
  },
  {
    constant: 'licenses',
    module: 'licenses.ts',
    file: 'licenses.txt',
    from: 'both',
    mediaType: 'text/plain; charset=utf-8',
    content: licenses,
  },
]

const versions = { 'swagger-ui-dist': version('swagger-ui-dist'), redoc: version('redoc') }
const stamp = `${createHash('sha256')
  .update(readFileSync(fileURLToPath(import.meta.url)))
  .update(JSON.stringify(versions))
  .digest('hex')}\n`

if (!upToDate()) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const rows = sources.map(writeModule)
  writeFileSync(new URL('manifest.ts', folder), manifest(rows))
  writeFileSync(stampFile, stamp)
}

function upToDate(): boolean {
  const files = ['manifest.ts', ...sources.map(({ module }) => module)]
  return (
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === stamp &&
    files.every((file) => existsSync(new URL(file, folder)))
  )
}

/** Writes the module of one file and gives the file's row of the manifest. */
function writeModule({ constant, module, file, from, mediaType, content }: Source): string {
  const bytes = content()
  const digest = createHash('sha256').update(bytes).digest('hex')
  const gzip = gzipSync(bytes, { level: 9 })
  // The text of the licences is also readable in the module, so that it is in what the package ships.
  const notice =
    from === 'both'
      ? bytes.toString('utf8').replaceAll(/^/gm, '// ').replaceAll(/ +$/gm, '')
      : `// ${file} of ${from} ${versions[from]}; its licence is in licenses.ts.`
  writeFileSync(new URL(module, folder), `${notice}\nexport const gzip: string =\n  '${gzip.toString('base64')}'\n`)
  const [stem, extension] = [file.slice(0, file.lastIndexOf('.')), file.slice(file.lastIndexOf('.'))]
  return `export const ${constant}: Asset = {
  file: '${stem}.${digest.slice(0, 16)}${extension}',
  sha256: '${digest}',
  mediaType: '${mediaType}',
  size: ${bytes.length},
  load: () => import('./${module}'),
}
`
}

function manifest(rows: string[]): string {
  return `/** Made by scripts/assets.ts of swagger-ui-dist ${versions['swagger-ui-dist']} and redoc ${versions.redoc}. */
import type { Asset } from '../asset.ts'

${rows.join('\n')}`
}

function licenses(): Buffer {
  const parts: [title: string, ...texts: Buffer[]][] = [
    [
      `Swagger UI ${versions['swagger-ui-dist']} (swagger-ui-dist), Apache License 2.0`,
      read('swagger-ui-dist', 'NOTICE'),
      read('swagger-ui-dist', 'LICENSE'),
    ],
    ['Packages in swagger-ui-bundle.js', read('swagger-ui-dist', 'swagger-ui-bundle.js.LICENSE.txt')],
    [
      `ReDoc ${versions.redoc} (redoc), MIT License; changed: its logo is not loaded from its own server`,
      read('redoc', 'LICENSE'),
    ],
    [
      'Packages in redoc.standalone.js',
      read('redoc', 'bundles/redoc.standalone.js.LICENSE.txt'),
      read('redoc', 'bundles/d87bcbdbea8f8f5aa26f.worker.js.LICENSE.txt'),
    ],
  ]
  const line = '='.repeat(80)
  const text = parts.map(([title, ...texts]) => `${line}\n${title}\n${line}\n\n${texts.join('\n')}`).join('\n\n')
  return Buffer.from(`${text.trim()}\n`)
}

function read(name: 'swagger-ui-dist' | 'redoc', path: string): Buffer {
  return readFileSync(new URL(`node_modules/${name}/${path}`, root))
}

function version(name: 'swagger-ui-dist' | 'redoc'): string {
  const { version } = JSON.parse(read(name, 'package.json').toString('utf8')) as { version: string }
  return version
}

/** We don't serve the source maps: without this, a browser's developer tools would ask for them and get a 404. */
function withoutSourceMap(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('utf8').replace(/\s*\/[/*]# sourceMappingURL=\S+?\s*(\*\/)?\s*$/, '\n'))
}

/** ReDoc has no option that stops the request for its logo, and no request may leave the page's origin. */
function withoutLogo(bytes: Buffer): Buffer {
  const text = bytes.toString('utf8')
  const logo = '"https://cdn.redoc.ly/redoc/logo-mini.svg"'
  if (text.split(logo).length !== 2) throw new Error(`redoc.standalone.js: ${logo} is not there once; look at it anew.`)
  const empty = '"data:image/svg+xml,%3Csvg xmlns=\'http://www.w3.org/2000/svg\'/%3E"'
  return Buffer.from(text.replace(logo, empty))
}
