/** A chart of bars as SVG, legible on light and on dark, without a library. */

/** A group of bars under one heading. */
export interface Panel {
  readonly title: string
  /** The fastest first; ours are those whose name begins with `sallyport`. */
  readonly bars: readonly { readonly name: string; readonly value: number }[]
}

const WIDTH = 760
const LABEL = 130
const FIGURE = 90
const BAR = 18
const GAP = 6
const HEAD = 34

/** Draws panels under each other; each has a scale of its own. */
export function chartOf(title: string, panels: readonly Panel[]): string {
  let y = 40
  const parts: string[] = []
  for (const { title: heading, bars } of panels) {
    const most = Math.max(...bars.map(({ value }) => value))
    y += HEAD - 8
    parts.push(`<text class="heading" x="0" y="${y}">${escapeText(heading)}</text>`)
    y += 10
    for (const { name, value } of bars) {
      const width = Math.max(1, Math.round((value / most) * (WIDTH - LABEL - FIGURE)))
      const kind = name.startsWith('sallyport') ? 'ours' : /^(?:bun-)?bare/.test(name) ? 'bare' : 'peer'
      const middle = y + BAR - 5
      parts.push(
        `<text class="name" x="${LABEL - 8}" y="${middle}">${escapeText(name)}</text>`,
        `<rect class="${kind}" x="${LABEL}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`,
        `<text class="value" x="${LABEL + width + 6}" y="${middle}">${Math.round(value).toLocaleString('en-US')}</text>`,
      )
      y += BAR + GAP
    }
  }
  const height = y + 12
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeText(title)}">
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-size: 17px; font-weight: 600 }
.heading { font-weight: 600 }
.name { text-anchor: end }
.ours { fill: #1f6feb } .bare { fill: #8c959f } .peer { fill: #c3cad3 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .ours { fill: #4493f8 } .bare { fill: #7d8590 } .peer { fill: #484f58 } }
</style>
<text class="title" x="0" y="22">${escapeText(title)}</text>
${parts.join('\n')}
</svg>
`
}

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
