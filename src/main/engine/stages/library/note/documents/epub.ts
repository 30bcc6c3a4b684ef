import { posix } from 'node:path'
import { textsOf } from '../extracted.ts'
import { uniqueTags } from '../front-matter.ts'
import { readHtml } from '../html.ts'
import type { PackageLimits } from '../limits.ts'
import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'
import { readZip } from '../zip.ts'
import { Gathered } from './gathered.ts'
import { propertiesIn } from './properties.ts'
import { asHtml } from './xhtml.ts'
import { decodeXml, readXml } from './xml-events.ts'

/**
 * An electronic book: its chapters in reading order; title, author, date and subjects from its package.
 * @see EPUB 3.3, chapters 5 (package document) and 4.2 (container)
 */
export async function readEpub(bytes: Uint8Array, limits: PackageLimits, deadline: Deadline): Promise<NoteSource> {
  const files = readZip(bytes, name => /\.(?:xml|opf|x?html?)$/i.test(name), limits.maxInflatedBytes)
  const packagePart = await packageOf(files, deadline)
  const opf = packagePart === null ? undefined : files.get(packagePart)
  if (packagePart === null || opf === undefined)
    throw new Refusal('corrupt', 'This book is damaged: the list of its chapters is missing.')
  const chapters = await chaptersOf(opf, posix.dirname(packagePart), deadline)
  await refuseEncrypted(files.get('META-INF/encryption.xml'), chapters, deadline)

  const said = await propertiesIn(opf, ['title', 'creator', 'date', 'subject', 'description'], deadline)
  const gathered = new Gathered()
  gathered.add(said.all('creator').join(', '))
  // Often HTML in HTML.
  for (const description of said.all('description'))
    for (const { text } of textsOf(readHtml(description).blocks)) gathered.add(text)
  for (const chapter of chapters) {
    const page = files.get(chapter)
    if (page === undefined) continue
    for (const { text, headingLevel } of textsOf(readHtml(asHtml(decodeXml(page))).blocks))
      gathered.add(text, headingLevel)
    await deadline.giveWay()
  }
  return gathered.source({
    title: said.first('title'),
    date: said.date('date'),
    tags: uniqueTags(said.all('subject').flatMap(subject => subject.split(/[,;]/)))
  })
}

async function packageOf(files: ReadonlyMap<string, Uint8Array>, deadline: Deadline): Promise<string | null> {
  let found: string | null = null
  await readXml(
    files.get('META-INF/container.xml'),
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
  await readXml(encryption, { open: hear }, deadline)
  if (chapters.some(chapter => encrypted.has(chapter)))
    throw new Refusal('encrypted', 'This book is copy-protected, so its text cannot be read.')
}
