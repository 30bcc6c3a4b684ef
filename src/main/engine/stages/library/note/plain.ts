import type { Block } from './block.ts'
import type { NoteSource } from './note-source.ts'
import { cleanTitle } from './titles.ts'

const longestTitleLine = 80

/** Plain text: paragraphs are parted by empty lines, or are the lines themselves where lines are long. The first short line is the title. */
export function readPlain(text: string): NoteSource {
  const blocks = paragraphs(text)
  const firstLine = /\S[^\r\n]*/.exec(text)?.[0].trim() ?? ''
  const title = firstLine.length <= longestTitleLine ? cleanTitle(firstLine) : null
  return { text, blocks, links: [], title, date: null, tags: [] }
}

/** Lines wrapped by an editor are about 80 characters; a line far longer than that is a paragraph. */
const longestWrappedLine = 160

/** A plain text in blocks, parted at empty lines; positions are UTF-16 offsets in `text`. */
function paragraphs(text: string): Block[] {
  const blocks: Block[] = []
  let start = 0
  const end = (at: number): void => {
    if (/\S/.test(text.slice(start, at)))
      blocks.push({ headingLevel: 0, pieces: [{ text: text.slice(start, at), start, end: at }] })
    start = at
  }
  // A form feed begins a page.
  for (const { 0: line, index } of text.matchAll(/[^\r\n\f]*(?:\r\n|\r|\n|\f|$)/g)) {
    const isBlank = line.trim() === ''
    const isParagraph = line.length > longestWrappedLine
    if (isBlank || isParagraph) end(index)
    if (isParagraph) end(index + line.length)
  }
  end(text.length)
  return blocks
}
