import { uniqueTags } from '../front-matter.ts'
import type { PackageLimits } from '../limits.ts'
import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'
import { readZip } from '../zip.ts'
import { Gathered, type SaidOfDocument } from './gathered.ts'
import { propertiesIn } from './properties.ts'
import { readXml } from './xml-events.ts'

/** Deleted text, who wrote a comment when, and pictures of a document in one file. */
const skipped = new Set(['tracked-changes', 'creator', 'date', 'date-string', 'scripts', 'forms', 'binary-data'])

/**
 * An OpenDocument text, presentation or spreadsheet: headings, paragraphs, rows of tables, comments, footnotes and the texts
 * of pictures.
 * @see OpenDocument 1.3, part 3, chapters 5 (text), 9 (tables) and 10 (graphics)
 */
export async function readOpenDocument(
  bytes: Uint8Array,
  limits: PackageLimits,
  deadline: Deadline
): Promise<NoteSource> {
  const { content, meta } = partsOf(bytes, limits)
  if (content === undefined)
    throw new Refusal('corrupt', 'This document is damaged: the part that holds its text is missing.')
  const gathered = new Gathered()
  await readXml(content, new ContentReader(gathered), deadline)
  return gathered.source(await saidIn(meta, deadline))
}

/** A package holds them apart; a document in one file is both. */
function partsOf(
  bytes: Uint8Array,
  limits: PackageLimits
): Partial<Record<'content' | 'meta', Uint8Array | undefined>> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return { content: bytes, meta: bytes }
  const files = readZip(bytes, name => name === 'content.xml' || name === 'meta.xml', limits.maxInflatedBytes)
  return { content: files.get('content.xml'), meta: files.get('meta.xml') }
}

class ContentReader {
  readonly #gathered: Gathered
  /** Paragraphs that are open: one in a text box stands inside another. */
  readonly #open: { text: string; readonly headingLevel: number }[] = []
  #rows = 0
  #row = ''
  /** Of elements that are left out, with all in them. */
  #skippedDepth = 0

  constructor(gathered: Gathered) {
    this.#gathered = gathered
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#skippedDepth > 0 || skipped.has(name)) {
      this.#skippedDepth++
      return
    }
    if (name === 'p' || name === 'h') {
      const headingLevel = name === 'h' ? Number(attributes.get('outline-level') ?? 1) || 1 : 0
      this.#open.push({ text: '', headingLevel })
    } else if (name === 'table-row') this.#rows++
    else if (name === 'tab' || name === 'line-break' || name === 's' || name === 'title' || name === 'desc')
      this.text(' ')
    else if (name === 'ruby-text') this.text('(')
  }

  text(text: string): void {
    const paragraph = this.#open.at(-1)
    if (this.#skippedDepth === 0 && paragraph !== undefined) paragraph.text += text
  }

  close(name: string): void {
    if (this.#skippedDepth > 0) {
      this.#skippedDepth--
      return
    }
    if (name === 'p' || name === 'h') {
      const paragraph = this.#open.pop()
      if (paragraph === undefined) return
      if (this.#rows > 0) this.#row += ` ${paragraph.text}`
      else this.#gathered.add(paragraph.text, paragraph.headingLevel)
    } else if (name === 'table-row' && --this.#rows === 0) {
      this.#gathered.add(this.#row)
      this.#row = ''
    } else if (name === 'ruby-text') this.text(')')
    else if (name === 'title' || name === 'desc') this.text(' ')
  }
}

async function saidIn(meta: Uint8Array | undefined, deadline: Deadline): Promise<SaidOfDocument> {
  const said = await propertiesIn(meta, ['title', 'keyword', 'creation-date', 'date'], deadline)
  return {
    title: said.first('title'),
    date: said.date('creation-date', 'date'),
    tags: uniqueTags(said.all('keyword').flatMap(keyword => keyword.split(/[,;]/)))
  }
}
