import { parseDate } from '../dates.ts'
import { uniqueTags } from '../front-matter.ts'
import type { NoteSource } from '../note-source.ts'
import type { Deadline } from '../refusal.ts'
import { Gathered } from './gathered.ts'
import { LineParagraphs } from './lines.ts'

const underline = /^([!-/:-@[-`{-~])\1{2,}\s*$/
/** Directives whose text is prose. */
const prose =
  /^(?:note|warning|tip|hint|important|caution|danger|attention|error|admonition|topic|sidebar|epigraph|pull-quote|figure|image|container|rubric)$/

/**
 * A reStructuredText file: sections, paragraphs, lists, pictures with their alternative texts and captions.
 * @see https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html
 */
export async function readRst(text: string, deadline: Deadline): Promise<NoteSource> {
  const gathered = new Gathered()
  const paragraphs = new LineParagraphs(gathered, readable)
  const fields = new Map<string, string>()
  /** Signs of headings in the order in which they are met, which is that of their levels. */
  const signs: string[] = []
  const lines = text.split(/\r\n|\r|\n/)
  /** Lines that are indented further are left out. */
  let skippedIndent = -1
  /** Each line of a simple table is a row. */
  let isTable = false
  let picture: { readonly address: string; text: string } | null = null
  const endPicture = (): void => {
    if (picture === null) return
    paragraphs.reference(picture.address, picture.text, true)
    if (picture.text !== '') gathered.add(picture.text)
    picture = null
  }
  for (const [i, line] of lines.entries()) {
    if (i % 512 === 0) await deadline.giveWay()
    const indent = line.search(/\S/)
    if (indent < 0) {
      paragraphs.end()
      isTable = false
      continue
    }
    if (skippedIndent >= 0 && indent > skippedIndent) continue
    skippedIndent = -1
    if (indent === 0) endPicture()
    const field = /^\s*:([^:]+):\s*(.*)$/.exec(line)
    const directive = /^\s*\.\.\s+(?:\|[^|]+\|\s+)?([\w-]+)::\s*(.*)$/.exec(line)
    const sign = underline.exec(line)?.[1]
    if (/^\s*(?:=+(?:\s+=+)+|\+[-=+]{3,}\+)\s*$/.test(line)) {
      paragraphs.end()
      isTable = !line.includes('+') || isTable
      continue
    }
    if (sign !== undefined && indent === 0) {
      // Under a title, or over one: then the line below it is met again.
      const title = paragraphs.takeLast()
      paragraphs.end()
      if (title === undefined) continue
      if (!signs.includes(sign)) signs.push(sign)
      paragraphs.heading(title, signs.indexOf(sign) + 1)
    } else if (directive !== null) {
      paragraphs.end()
      const [, name = '', argument = ''] = directive
      if (name === 'image' || name === 'figure') picture = { address: argument.trim(), text: '' }
      else if (prose.test(name)) paragraphs.heading(argument, 0)
      else skippedIndent = indent
    } else if (/^\s*\.\.(?:\s|$)/.test(line)) {
      paragraphs.end()
      // A comment, a footnote or a target: of these, footnotes are text.
      const footnote = /^\s*\.\.\s+\[[^\]]+\]\s*(.*)$/.exec(line)?.[1]
      if (footnote === undefined) skippedIndent = indent
      else paragraphs.add(footnote)
    } else if (field !== null) {
      const [, name = '', value = ''] = field
      if (picture !== null && name.toLowerCase() === 'alt') picture.text = value.trim()
      else if (indent === 0 && picture === null) fields.set(name.toLowerCase(), value.trim())
    } else {
      if (isTable || /^\s*(?:[-*+•|]|\d+[.)]|#\.)\s/.test(line)) paragraphs.end()
      const said = line.replace(/^\s*(?:[-*+•]|\d+[.)]|#\.|\|)\s+/, '').trim()
      // A figure's caption says more of it than nothing.
      if (picture !== null && picture.text === '' && indent > 0) picture.text = said
      else if (said !== picture?.text) paragraphs.add(said)
      // What follows a double colon is a literal block.
      if (/::\s*$/.test(line)) skippedIndent = indent
    }
  }
  paragraphs.end()
  endPicture()
  const written = fields.get('date') ?? fields.get('created')
  return gathered.source({
    title: fields.get('title') ?? null,
    date: written === undefined ? null : parseDate(written, 'front-matter'),
    tags: uniqueTags((fields.get('tags') ?? fields.get('keywords') ?? '').split(/[,;]/).filter(tag => tag !== ''))
  })
}

function readable(line: string, paragraphs: LineParagraphs): string {
  return line
    .replace(/`([^`<]+?)\s*<([^`<>]+)>`__?/g, (_, said: string, address: string) => {
      paragraphs.reference(address, said, false)
      return said
    })
    .replace(/:[\w:-]+:`([^`<]+?)(?:\s*<[^`<>]*>)?`/g, '$1')
    .replace(/``(.+?)``/g, '$1')
    .replace(/`([^`]+)`(?:__?)?/g, '$1')
    .replace(/(?<![\p{L}\p{N}*])(\*\*?)(\S(?:.*?\S)?)\1(?![\p{L}\p{N}*])/gu, '$2')
    .replace(/\s?\[(?:\d+|#[\w-]*|\*)\]_/g, '')
    .replace(/(?:^|\s)\|(?=\s|$)/g, ' ')
    .replace(/::\s*$/, ':')
    .replace(/(?<=[\p{L}\p{N}])__?(?=[\s.,;:!?)]|$)/gu, '')
}
