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

/** The marks of a snippet, moved to the passage it was cut from; none when it is not found there. */
export function marksInPassage(passage: string, snippet: { readonly text: string; readonly marks: Marks }): Marks {
  const lead = /^[…\s]*/u.exec(snippet.text)?.[0].length ?? 0
  const core = snippet.text.slice(lead).replace(/[…\s]+$/u, '')
  const at = core === '' ? -1 : passage.indexOf(core)
  return at === -1 ? [] : snippet.marks.map(([start, end]) => [start - lead + at, end - lead + at] as const)
}
