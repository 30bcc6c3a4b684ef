import { posix } from 'node:path'
import { parseDate } from '../dates.ts'
import { textsOf } from '../extracted.ts'
import { uniqueTags } from '../front-matter.ts'
import { readHtml } from '../html.ts'
import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'
import { readZip } from '../zip.ts'
import { Gathered } from './gathered.ts'
import { decodeXml, readXml, textsIn } from './xml-events.ts'

/**
 * An electronic book: its chapters in reading order; title, author, date and subjects from its package.
 * @see EPUB 3.3, chapters 5 (package document) and 4.2 (container)
 */
export async function readEpub(
  bytes: Uint8Array,
  limits: { readonly maxInflatedBytes: number },
  deadline: Deadline
): Promise<NoteSource> {
  const files = readZip(bytes, name => /\.(?:xml|opf|x?html?)$/i.test(name), limits.maxInflatedBytes)
  const packagePart = await packageOf(files, deadline)
  const opf = packagePart === null ? undefined : files.get(packagePart)
  if (packagePart === null || opf === undefined)
    throw new Refusal('corrupt', 'This book is damaged: the list of its chapters is missing.')
  const chapters = await chaptersOf(opf, posix.dirname(packagePart), deadline)
  await refuseEncrypted(files.get('META-INF/encryption.xml'), chapters, deadline)

  const values = await textsIn(opf, ['title', 'creator', 'date', 'subject', 'description'], deadline)
  const all = (name: string): string[] => values.filter(value => value.name === name).map(({ text }) => text)
  const gathered = new Gathered()
  gathered.add(all('creator').join(', '))
  // Often HTML in HTML.
  for (const description of all('description'))
    for (const { text } of textsOf(readHtml(description).blocks)) gathered.add(text)
  for (const chapter of chapters) {
    const page = files.get(chapter)
    if (page === undefined) continue
    for (const { text, headingLevel } of textsOf(readHtml(asHtml(decodeXml(page))).blocks))
      gathered.add(text, headingLevel)
    await deadline.giveWay()
  }
  const [written] = all('date')
  return gathered.source({
    title: all('title')[0] ?? null,
    date: written === undefined ? null : parseDate(written, 'document'),
    tags: uniqueTags(all('subject').flatMap(subject => subject.split(/[,;]/)))
  })
}

async function packageOf(files: ReadonlyMap<string, Uint8Array>, deadline: Deadline): Promise<string | null> {
  let found: string | null = null
  await readXml(
    files.get('META-INF/container.xml') ?? new Uint8Array(),
    {
      open(name, attributes) {
        if (name === 'rootfile') found ??= attributes.get('full-path') ?? null
      }
    },
    deadline
  )
  return found
}

async function chaptersOf(opf: Uint8Array, folder: string, deadline: Deadline): Promise<string[]> {
  const items = new Map<string, string>()
  const order: string[] = []
  await readXml(
    opf,
    {
      open(name, attributes) {
        const [id, href] = [attributes.get('id'), attributes.get('href')]
        if (name === 'item' && id !== undefined && href !== undefined) items.set(id, href)
        if (name === 'itemref') order.push(attributes.get('idref') ?? '')
      }
    },
    deadline
  )
  return order.flatMap(id => {
    const href = items.get(id)
    return href === undefined ? [] : [posix.normalize(`${folder}/${decoded(href)}`)]
  })
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href.replace(/#.*$/, ''))
  } catch {
    return href
  }
}

/** Fonts are often encrypted in books that anybody may read; chapters are only in those that are protected. */
async function refuseEncrypted(
  encryption: Uint8Array | undefined,
  chapters: readonly string[],
  deadline: Deadline
): Promise<void> {
  const encrypted = new Set<string>()
  const hear = (name: string, attributes: ReadonlyMap<string, string>): void => {
    if (name === 'CipherReference') encrypted.add(decoded(attributes.get('URI') ?? ''))
  }
  await readXml(encryption ?? new Uint8Array(), { open: hear }, deadline)
  if (chapters.some(chapter => encrypted.has(chapter)))
    throw new Refusal('encrypted', 'This book is copy-protected, so its text cannot be read.')
}

const voids = 'area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr'
const closedAtOnce = new RegExp(`<(?!(?:${voids})\\b)([a-zA-Z][\\w:-]*)((?:\\s[^<>]*)?)/>`, 'g')

/** XHTML as HTML reads it: there, an element that is closed at once, as `<title/>`, would go on to the end of the page. */
function asHtml(xhtml: string): string {
  return xhtml.replace(closedAtOnce, '<$1$2></$1>')
}
