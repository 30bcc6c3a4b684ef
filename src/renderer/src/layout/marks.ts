/** A run of text that is highlighted or not. */
export interface Segment {
  readonly text: string
  readonly isMarked: boolean
}

export type Marks = readonly (readonly [start: number, end: number])[]

/** Cuts text at its marks. Marks may overlap, be out of order or out of bounds; the segments always join to the text. */
export function segments(text: string, marks: Marks): readonly Segment[] {
  const result: Segment[] = []
  let at = 0
  for (const [start, end] of [...marks].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(at, start)
    const to = Math.min(text.length, end)
    if (to <= from) continue
    if (from > at) result.push({ text: text.slice(at, from), isMarked: false })
    result.push({ text: text.slice(from, to), isMarked: true })
    at = to
  }
  if (at < text.length) result.push({ text: text.slice(at), isMarked: false })
  return result
}

/** The text without a title that it begins with and that stands above it already; the marks move along. */
export function withoutTitle(
  text: string,
  marks: Marks,
  title: string
): { readonly text: string; readonly marks: Marks } {
  const rest = text.slice(title.length)
  if (title === '' || !text.startsWith(title) || !/^\s/u.test(rest)) return { text, marks }
  const cut = text.length - rest.trimStart().length
  return {
    text: text.slice(cut),
    marks: marks.filter(([, end]) => end > cut).map(([start, end]) => [Math.max(0, start - cut), end - cut] as const)
  }
}
