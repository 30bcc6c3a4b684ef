export interface Section {
  /** Range in the note. */
  readonly start: number
  readonly end: number
  /** What stands there, and behind it the definitions of links that it uses, so that references find them. */
  readonly markdown: string
}

/** UTF-16 units. A parser's tree takes a hundred times the memory of its text, and hostile text quadratic time: both stay small. */
const longestSection = 32_768

/** Cuts a note into parts that can be parsed on their own: at an empty line outside code and comments, preferably before a heading. */
export function* sectionsOf(text: string, from: number): Generator<Section> {
  if (text.length - from <= longestSection) {
    yield { start: from, end: text.length, markdown: withoutMark(text.slice(from)) }
    return
  }
  const definitions = definitionsIn(text)
  for (let start = from; start < text.length;) {
    const end = sectionEnd(text, start)
    const own = text.slice(start, end)
    yield { start, end, markdown: `${withoutMark(own)}\n\n${usedBy(own, definitions)}` }
    start = end
  }
}

/** The parser leaves a byte order mark out of its counting. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text
}

function definitionsIn(text: string): ReadonlyMap<string, string> {
  const definitions = new Map<string, string>()
  for (const { 0: line, 1: label = '' } of text.matchAll(/^ {0,3}\[([^\]\n]{1,200})\]:[ \t]+\S[^\n]{0,500}$/gm)) {
    if (!definitions.has(label.toLowerCase())) definitions.set(label.toLowerCase(), line)
  }
  return definitions
}

function usedBy(section: string, definitions: ReadonlyMap<string, string>): string {
  if (definitions.size === 0) return ''
  const labels = new Set([...section.matchAll(/\[([^[\]\n]{1,200})\]/g)].map(match => (match[1] ?? '').toLowerCase()))
  return [...labels].flatMap(label => definitions.get(label) ?? []).join('\n')
}

function sectionEnd(text: string, start: number): number {
  const last = start + longestSection
  if (last >= text.length) return text.length
  const cuts = { beforeHeading: 0, afterBlank: 0, afterLine: 0 }
  let closing: string | null = null // What ends the code or comment that the line stands in.
  let wasBlank = false
  for (let at = start; at < text.length && (at < last || closing !== null);) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline + 1
    if (end > last && closing === null) break
    const line = text.slice(at, end)
    if (closing === null && wasBlank) {
      cuts.afterBlank = at
      if (/^#{1,6}[ \t]/.test(line)) cuts.beforeHeading = at
    }
    closing = closingAfter(line, closing)
    wasBlank = line.trim() === ''
    if (closing === null) cuts.afterLine = end
    at = end
  }
  const half = start + longestSection / 2
  for (const cut of [cuts.beforeHeading, cuts.afterBlank, cuts.afterLine]) if (cut > half) return cut
  return closing === null ? cutLine(text, half, last) : text.length // A fence that is never closed: code to the end.
}

function closingAfter(line: string, closing: string | null): string | null {
  if (closing === '-->') return line.includes('-->') ? null : closing
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
  if (closing !== null) return fence?.startsWith(closing) === true ? null : closing
  if (fence !== undefined) return fence
  return line.lastIndexOf('<!--') > line.lastIndexOf('-->') && /^ {0,3}<!--/.test(line) ? '-->' : null
}

/** One enormous line: between two words, else anywhere but inside a character. */
function cutLine(text: string, half: number, last: number): number {
  const space = text.lastIndexOf(' ', last)
  if (space > half) return space
  return (text.codePointAt(last - 1) ?? 0) > 0xffff ? last - 1 : last
}
