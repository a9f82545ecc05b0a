import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { checkSite } from '../../scripts/docs-links.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function site(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'site-'))
  folders.push(folder)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return folder
}

test('links, anchors and assets that are there', () => {
  const folder = site({
    'index.html':
      '<link rel="stylesheet" href="/s.css"><link rel="canonical" href="https://example.com/"><a href="/a/b.html#c%20d">x</a><img src="a/p.png"><a href="#top" id="top">y</a><a href="https://example.com/x">z</a><a href="mailto:a@example.com">m</a>',
    'a/b.html':
      '<h1 id="c d">C</h1><a href="../index.html">x</a><a href=\'/\'>x</a><a href="https://e.org/?a=1&amp;b">y</a>',
    'a/p.png': '',
    's.css': 'p { background: url(/a/p.png) }',
    'm.js': 'const see = "https://example.com/docs"; fetch("/x")',
  })
  expect(checkSite(folder)).toEqual({ pages: 2, links: 6, problems: [] })
})

test('what is dead is named with its file', () => {
  const folder = site({
    'index.html':
      '<a href="/none.html">x</a><a href="/b.html#none">x</a><img src="/none.png"><a href="/b">x</a><a href="%zz">x</a>',
    'b.html': '<a href="#gone">x</a><!-- <a href="/commented.html"> -->',
  })
  expect(checkSite(folder).problems.toSorted()).toEqual([
    'b.html: #gone is dead: b.html has no id gone.',
    'index.html: %zz is not encoded as a URL.',
    'index.html: /b is dead: there is no b.',
    'index.html: /b.html#none is dead: b.html has no id none.',
    'index.html: /none.html is dead: there is no none.html.',
    'index.html: /none.png is dead: there is no none.png.',
  ])
})

test('whatever asks another origin is named', () => {
  const folder = site({
    'index.html':
      '<script src="https://cdn.example/x.js"></script><link rel=preload href=//cdn.example/f.woff2><img srcset="/a.png 1x, https://cdn.example/a.png 2x"><p style="background: url(https://cdn.example/b.png)"></p><style>@import "https://cdn.example/i.css";</style>',
    'a.png': '',
    's.css': '@font-face { src: url("https://cdn.example/f.woff") }',
    'm.js': 'import"https://cdn.example/m.js";fetch(`https://cdn.example/f`)',
  })
  const hosts = checkSite(folder).problems.map((problem) =>
    problem.replace(/ asks another origin: (?:https:)?\/\/cdn.example/, ''),
  )
  expect(hosts.toSorted()).toEqual([
    'index.html/a.png',
    'index.html/b.png',
    'index.html/f.woff2',
    'index.html/i.css',
    'index.html/x.js',
    'm.js/f',
    'm.js/m.js',
    's.css/f.woff',
  ])
})

test('under a base, links above it are dead; an empty site is no site', () => {
  const folder = site({
    'index.html': '<a href="/base/index.html">x</a><a href="/index.html">y</a><a href="/base/">z</a>',
  })
  expect(checkSite(folder, '/base/').problems).toEqual(['index.html: /index.html is not below /base/.'])
  expect(checkSite(site({})).problems).toEqual([expect.stringMatching(/^There is no page in /)])
})
