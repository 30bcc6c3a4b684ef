import { parseDate } from '../dates.ts'
import { uniqueTags } from '../front-matter.ts'
import type { NoteSource } from '../note-source.ts'
import type { Deadline } from '../refusal.ts'
import { Gathered } from './gathered.ts'
import { LineParagraphs } from './lines.ts'

/** Blocks of code, comments and passed-through markup: from one such line to the next of its kind. */
const delimiter = /^(-{4,}|\/{4,}|\+{4,}|\.{4,}|`{3,})\s*$/

/**
 * An AsciiDoc file: sections, paragraphs, lists, tables and pictures; title, date and tags of its header.
 * @see https://docs.asciidoctor.org/asciidoc/latest/
 */
export async function readAsciiDoc(text: string, deadline: Deadline): Promise<NoteSource> {
  const gathered = new Gathered()
  const paragraphs = new LineParagraphs(gathered, readable)
  const attributes = new Map<string, string>()
  let blockTitle = ''
  let until: string | null = null
  let date: string | null = null
  let isHeader = false
  for (const [i, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (i % 512 === 0) await deadline.giveWay()
    const fence = delimiter.exec(line)?.[1]
    if (until !== null) {
      if (fence === until) until = null
      continue
    }
    const heading = /^(={1,6}|#{1,6})\s+(\S.*)$/.exec(line)
    const attribute = /^:(!?[\w-]+!?):\s*(.*)$/.exec(line)
    const picture = /^(image|video|audio)::([^[\s]+)\[([^\]]*)\]/.exec(line)
    if (line.trim() === '') {
      isHeader = false
      paragraphs.end()
    } else if (fence !== undefined) {
      paragraphs.end()
      until = fence
    } else if (heading !== null) {
      const [, signs = '', title = ''] = heading
      paragraphs.heading(title, signs.length)
      isHeader = signs.length === 1 && attributes.get('doctitle') === undefined
      if (isHeader) attributes.set('doctitle', title)
    } else if (attribute !== null) attributes.set((attribute[1] ?? '').toLowerCase(), (attribute[2] ?? '').trim())
    else if (isHeader) {
      // Who wrote it, and which version of when: `v1.2, 2024-01-02: first draft`.
      date ??= /(?:^|,\s*)(\d{4}-\d{2}-\d{2}|[A-Za-z]+ \d{1,2}, \d{4})/.exec(line)?.[1] ?? null
      gathered.add(line)
    } else if (picture !== null) {
      paragraphs.end()
      const [, kind = '', address = '', within = ''] = picture
      const alternative = /^"([^"]*)"|^([^,=]*)(?:,|$)/.exec(within)
      const said = (blockTitle === '' ? (alternative?.[1] ?? alternative?.[2] ?? '') : blockTitle).trim()
      const folder = attributes.get('imagesdir')
      const isBare = folder === undefined || folder === '' || /^(?:\/|\w+:)/.test(address)
      paragraphs.reference(isBare ? address : `${folder}/${address}`, said, kind === 'image')
      gathered.add(said)
      blockTitle = ''
    } else if (/^\.[^\s.]/.test(line)) {
      paragraphs.end()
      blockTitle = line.slice(1)
    } else if (/^(?:\/\/(?!\/)|\[[^\]]*\]\s*$|[|!]===|[=_*]{4,}\s*$|--\s*$|'''|<<<|\+\s*$|include::)/.test(line)) {
      paragraphs.end()
    } else {
      if (/^\s*(?:[*.-]+|\d+\.)\s/.test(line) || line.startsWith('|')) paragraphs.end()
      if (blockTitle !== '') gathered.add(blockTitle)
      blockTitle = ''
      paragraphs.add(line.replace(/^\s*(?:[*.-]+|\d+\.)\s+(?:\[[ x*]\]\s+)?/, ''))
    }
  }
  paragraphs.end()
  const written = attributes.get('revdate') ?? attributes.get('date') ?? attributes.get('docdate') ?? date
  const tags = attributes.get('tags') ?? attributes.get('page-tags') ?? attributes.get('keywords') ?? ''
  return gathered.source({
    title: attributes.get('title') ?? attributes.get('doctitle') ?? null,
    date: written === null ? null : parseDate(written, 'front-matter'),
    tags: uniqueTags(tags.split(',').filter(tag => tag.trim() !== ''))
  })
}

function readable(line: string, paragraphs: LineParagraphs): string {
  return line
    .replace(/\bimage:([^:[\s][^[\s]*)\[([^\]]*)\]/g, (_, address: string, within: string) => {
      const said = within.split(',')[0] ?? ''
      paragraphs.reference(address, said, true)
      return said
    })
    .replace(/\b(?:link|xref):([^[\s]+)\[([^\]]*)\]/g, (_, address: string, said: string) => {
      paragraphs.reference(address, said, false)
      return said === '' ? address : said
    })
    .replace(/\b(?:https?|mailto):[^[\s]+\[([^\]]+)\]/g, '$1')
    .replace(/<<([^,<>]+)(?:,([^<>]+))?>>/g, (_, anchor: string, said: string | undefined) => said ?? anchor)
    .replace(/\b(?:latexmath|asciimath|stem):\[[^\]]*\]/g, ' ')
    .replace(/\b(?:footnote|kbd|btn|menu|pass):[\w.]*\[([^\]]*)\]/g, ' $1')
    .replace(/(?<![\p{L}\p{N}])([*_`#]{1,2})(\S(?:.*?\S)?)\1(?![\p{L}\p{N}])/gu, '$2')
    .replace(/^\|/, '')
    .replace(/\s\|/g, ' ')
}
