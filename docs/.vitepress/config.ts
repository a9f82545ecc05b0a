import { existsSync, readdirSync } from 'node:fs'
import { type DefaultTheme, defineConfig } from 'vitepress'
import { PARTS } from './chapters.ts'
import { referenceLinks } from './reference-links.ts'

const docs = new URL('..', import.meta.url)
/** Where the site is served, when not at the root: `/sallyport/`. */
const base = process.env.DOCS_BASE ?? '/'

const guide: DefaultTheme.SidebarItem[] = PARTS.map(({ title, chapters }) => ({
  text: title,
  items: chapters
    .filter(({ path }) => existsSync(new URL(`${path}.md`, docs)))
    .map((chapter) => ({ text: chapter.title, link: `/${chapter.path}` })),
})).filter(({ items }) => items.length > 0)

// The names of a module stand on its page: all of them here would be in the HTML of every page.
const modules = readdirSync(new URL('reference/sallyport/', docs)).filter((name) =>
  existsSync(new URL(`reference/sallyport/${name}/index.md`, docs)),
)
const reference: DefaultTheme.SidebarItem[] = [
  {
    text: 'Reference',
    items: [
      { text: 'sallyport', link: '/reference/sallyport/' },
      ...modules.map((name) => ({ text: `sallyport/${name}`, link: `/reference/sallyport/${name}/` })),
    ],
  },
]

export default defineConfig({
  base,
  lang: 'en',
  title: 'Sallyport',
  description:
    'A web API framework for TypeScript: security is declared once, and then enforced, typed and documented.',
  ignoreDeadLinks: true, // scripts/docs-links.ts looks at every link of what was built, anchors and assets too, and fails
  srcExclude: ['WRITING.md', 'src/**'],
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}logo.svg` }]],
  markdown: {
    config: referenceLinks,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    // The marks of the parts of a program, where the whole of it is shown.
    codeTransformers: [
      { name: 'marks', preprocess: (code) => code.replace(/^[ \t]*\/\/ #(?:end)?region\b.*\n?/gm, '').trimEnd() },
    ],
  },
  vite: {
    build: { chunkSizeWarningLimit: 4000 }, // the index of the search
    plugins: [
      {
        // The site's packages are beside this file, so that the programs of docs/src belong to the package that they import.
        name: 'vue-of-the-site',
        enforce: 'pre',
        resolveId(id, _importer, { ssr } = {}) {
          return ssr && /^vue(?:\/|$)/.test(id) ? { id, external: true } : undefined
        },
      },
    ],
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Guide', link: '/tutorial/first-app', activeMatch: '^/(tutorial|security|running|migration)/' },
      { text: 'Reference', link: '/reference/', activeMatch: '^/reference/' },
    ],
    sidebar: { '/reference/': reference, '/': guide },
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          // Who looks for a word wants the chapter before the pages of every type that has it in its name.
          searchOptions: { boostDocument: (id: string) => (id.includes('/reference/') ? 0.3 : 1) },
        },
      },
    },
    outline: [2, 3],
  },
})
