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

/**
 * The marks of a snippet, moved to the passage it was cut from; none when it is not found there. A snippet's white space is
 * single spaces, whatever the passage has there.
 */
export function marksInPassage(passage: string, snippet: { readonly text: string; readonly marks: Marks }): Marks {
  const lead = /^[…\s]*/u.exec(snippet.text)?.[0].length ?? 0
  const core = snippet.text.slice(lead).replace(/[…\s]+$/u, '')
  const { text, from } = singleSpaced(passage)
  const at = core === '' ? -1 : text.indexOf(core)
  if (at === -1) return []
  const inPassage = (place: number): number => from[place - lead + at] ?? passage.length
  return snippet.marks.map(([start, end]) => [inPassage(start), inPassage(end - 1) + 1] as const)
}

/** The text with each run of white space as one space, and where each of its characters was. */
function singleSpaced(whole: string): { readonly text: string; readonly from: readonly number[] } {
  let text = ''
  const from: number[] = []
  for (let at = 0; at < whole.length; at++) {
    const isSpace = /\s/u.test(whole.charAt(at))
    if (isSpace && text.endsWith(' ')) continue
    text += isSpace ? ' ' : whole.charAt(at)
    from.push(at)
  }
  return { text, from }
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
