import type { Block } from './block.ts'
import { isPictureName, localTarget } from './local-target.ts'
import type { FoundLink, NoteSource } from './note-source.ts'
import { cleanTitle } from './titles.ts'

const longestTitleLine = 80

/** Plain text: paragraphs are parted by empty lines, or are the lines themselves where lines are long. The first short line is the title. Pictures and files that it names as attached are its links. */
export function readPlain(text: string): NoteSource {
  const blocks = paragraphs(text)
  const firstLine = /\S[^\r\n]*/.exec(text)?.[0].trim() ?? ''
  const title = firstLine.length <= longestTitleLine ? cleanTitle(firstLine) : null
  return { text, blocks, links: attachments(text), title, date: null, tags: [] }
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

/** More are a list of files, not attachments of a text. */
const mostAttachments = 2000

/** What people and programs write before the name of a file that belongs to the text. */
const before =
  '(?:file|image|picture|photo|pic|img|attach(?:ment|ed)?|enclosed|figure|datei|bild|foto|anhang|anlage|fichier|pièce jointe|archivo|imagen|adjunto|allegato|immagine|bijlage|załącznik|файл|фото)s?'

/** `file: a.jpg`, also in brackets and within a line. */
const said = new RegExp(
  String.raw`(?<![\p{L}\p{N}])${before}\s?[:=]\s{0,3}["'<[(]?([^\s"'<>[\]():*?|][^\r\n"'<>[\]():*?|]{0,200}?\.[\p{L}\p{N}]{2,5})(?![\p{L}\p{N}.])`,
  'giu'
)
/** A line that is the name of a picture, and nothing else. */
const alone =
  /^[ \t]*(?:[-*•–][ \t]+)?["'<[(]{0,2}([^\s"'<>[\]():*?|][^\r\n"'<>[\]:*?|]{0,200}\.[A-Za-z0-9]{3,4})["'>\])]{0,2}[ \t]*$/gm

function attachments(text: string): FoundLink[] {
  const links = new Map<number, FoundLink>()
  for (const pattern of [said, alone])
    for (const match of text.matchAll(pattern)) {
      const [whole, name = ''] = match
      const start = match.index + whole.lastIndexOf(name)
      const target = localTarget(name)
      const isPicture = target !== null && isPictureName(target)
      if (target === null || links.has(start) || (pattern === alone && !isPicture)) continue
      links.set(start, { kind: isPicture ? 'embed' : 'link', target, text: '', start })
      if (links.size >= mostAttachments) return [...links.values()]
    }
  return [...links.values()].toSorted((a, b) => a.start - b.start)
}
