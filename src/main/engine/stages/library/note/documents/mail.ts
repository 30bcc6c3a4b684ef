import PostalMime, { type Address } from 'postal-mime'
import { parseDate } from '../dates.ts'
import { textsOf } from '../extracted.ts'
import { readHtml } from '../html.ts'
import type { NoteSource } from '../note-source.ts'
import { readPlain } from '../plain.ts'
import { Refusal } from '../refusal.ts'
import { Gathered } from './gathered.ts'

const limits = { maxNestingDepth: 32, maxHeadersSize: 1 << 20 } as const

/**
 * A message (EML), or a page that a browser saved as one file (MHTML): who wrote it to whom, its text, and the names of what
 * is attached; the subject is the title.
 * @see RFC 5322 (messages), RFC 2045 to 2049 (MIME), RFC 2557 (MHTML)
 */
export async function readMail(bytes: Uint8Array): Promise<NoteSource> {
  const { from, to = [], cc = [], subject, date, text, html, attachments, headers } = await parse(bytes)
  if (headers.length === 0 || (text === undefined && html === undefined && subject === undefined))
    throw new Refusal('wrong-content', 'The name says that this is a message, but its content is something else.')
  const gathered = new Gathered()
  const people = [from === undefined ? [] : [from], to, cc].map(list => list.map(nameOf).filter(name => name !== ''))
  // A browser that saves a page writes itself as the sender.
  const isPage =
    /^saved by /i.test(people[0]?.[0] ?? '') || /^Snapshot-/im.test(headers.map(({ key }) => key).join('\n'))
  if (!isPage)
    gathered.add(
      people
        .filter(names => names.length > 0)
        .map(names => names.join(', '))
        .join(' → ')
    )
  const page = html === undefined ? null : readHtml(html)
  const body = isPage || text === undefined || text.trim() === '' ? page : readPlain(text)
  for (const { text: paragraph, headingLevel } of textsOf(body?.blocks ?? [])) gathered.add(paragraph, headingLevel)
  if (!isPage)
    gathered.add(
      attachments
        .map(({ filename }) => filename ?? '')
        .filter(name => name !== '')
        .join(', ')
    )
  return gathered.source({
    title: subject ?? page?.title ?? null,
    date: (date === undefined ? null : parseDate(date, 'document')) ?? page?.date ?? null,
    tags: page?.tags ?? []
  })
}

async function parse(bytes: Uint8Array): ReturnType<typeof PostalMime.parse> {
  try {
    return await PostalMime.parse(bytes, limits)
  } catch {
    throw new Refusal('corrupt', 'This message is damaged, or nested too deeply, and cannot be read.')
  }
}

function nameOf({ name, address }: Address): string {
  return [name, address === undefined || address === '' ? '' : `<${address}>`].filter(part => part !== '').join(' ')
}
