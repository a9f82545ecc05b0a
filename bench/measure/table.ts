import type { Result } from './figures.ts'

/** A table for the terminal: columns padded, the first to the left and the others to the right. */
export function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The same as Markdown. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...body.map(line)].join('\n')
}

/** The rows of a scenario: the best first, with ours to each, and the others to the bare server. */
export function rowsOf({ medians, ratios, cpu, unit = 'requests/s' }: Result): string[][] {
  const bare = Object.entries(medians).find(
    ([name]) => name === 'bare' || name === 'bun-bare' || name === 'bare-verify',
  )
  const columns = [
    '',
    unit,
    ...(Object.keys(ratios).length > 0 ? ['ours to it'] : []),
    ...(bare ? [`it to ${bare[0]}`] : []),
    ...(cpu ? ['µs of CPU'] : []),
  ]
  const rows = Object.entries(medians)
    .toSorted(([, a], [, b]) => (unit === 'requests/s' ? b - a : a - b))
    .map(([name, value]) => [
      name,
      figure(value),
      ...(Object.keys(ratios).length > 0 ? [ratios[name]?.toFixed(2) ?? ''] : []),
      ...(bare ? [(value / bare[1]).toFixed(2)] : []),
      ...(cpu ? [cpu[name]?.toFixed(1) ?? ''] : []),
    ])
  return [columns, ...rows]
}

/** A number as people read it: 21,034 or 0.137. */
export function figure(value: number): string {
  return value.toLocaleString('en-US', value < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 })
}
