/** The name that was meant by a misspelt one: for messages to whoever wrote it. */

/**
 * ` Did you mean response?`, or nothing where no name is near.
 *
 * Near is a slip or two of the keys; and a name in which the other stands whole, as `origin` does in `allowOrigins`.
 *
 * @param shown how the name is written, like `--port`; as it is.
 */
export function didYouMean(
  name: string,
  known: readonly string[],
  shown: (name: string) => string = (each) => each,
): string {
  const wanted = plain(name)
  if (wanted.length > 40) return ''
  const most = wanted.length < 2 ? 0 : wanted.length < 6 ? 1 : 2
  let best: string | undefined
  let least = most + 1
  for (const each of known) {
    const distance = slips(wanted, plain(each))
    if (distance < least) [best, least] = [each, distance]
  }
  best ??= known.find((each) => holds(plain(each), wanted) || holds(wanted, plain(each)))
  return best === undefined ? '' : ` Did you mean ${shown(best)}?`
}

/** Capitals, and what stands between words, are another language's habit: `status_code`, `statusCode`. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z\d]/g, '')
}

function holds(whole: string, part: string): boolean {
  return part.length > 4 && whole.includes(part)
}

/** How many letters are missing, too many, wrong or swapped with their neighbour: the distance of Damerau and Levenshtein. */
function slips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(at(rows, i - 1, j) + 1, (row[j - 1] as number) + 1, at(rows, i - 1, j - 1) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(rows, i - 2, j - 2) + 1)
      row.push(least)
    }
    rows.push(row)
  }
  return at(rows, a.length, b.length)
}

function at(rows: readonly (readonly number[])[], i: number, j: number): number {
  return rows[i]?.[j] as number
}
