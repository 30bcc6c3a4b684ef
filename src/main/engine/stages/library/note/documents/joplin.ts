import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { isJoplinName } from '../../joplin-records.ts'
import { parseDate } from '../dates.ts'
import { uniqueTags } from '../front-matter.ts'
import { readHtml } from '../html.ts'
import { readMarkdown } from '../markdown.ts'
import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'
import { cleanTitle } from '../titles.ts'

/** What an item of Joplin is by its number, where it is no note. Those in a folder of Joplin's are not even looked at. */
const records: Readonly<Record<string, string>> = {
  ...{
    2: 'a notebook',
    3: 'a setting',
    4: 'the entry of an attachment',
    5: 'a tag',
    6: 'the entry of a tag on a note'
  },
  ...{ 13: 'an older state of a note', 14: 'a search' }
}

/** The properties that end an item: `id: …` to `type_: …`, without an empty line. */
const properties = /(?:^|\n)((?:[a-z_]+:[^\n]*\n)*id: [0-9a-f]{32}\r?\n(?:[a-z_]+:[^\n]*\n)*type_: (\d+))\s*$/

interface Item {
  readonly type: string
  readonly title: string | null
  readonly body: string
  readonly properties: ReadonlyMap<string, string>
}

function itemIn(markdown: string): Item | null {
  if (!/type_: \d+\s*$/.test(markdown.slice(-40))) return null
  const found = properties.exec(markdown.slice(-8192))
  if (found === null) return null
  const [whole, said = '', type = ''] = found
  const body = markdown.slice(0, markdown.length - whole.length)
  return {
    ...{ type, body, title: cleanTitle(body.slice(0, body.search(/[\r\n]|$/))) },
    properties: new Map(
      said
        .split(/\r?\n/)
        .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const)
    )
  }
}

/**
 * An item of Joplin's export (RAW) or synchronisation folder: a title, a text, and properties that are no text. Its tags and its
 * notebooks stand in other items.
 *
 * @param recordPaths  of those items, absolute; what else is among them is left alone
 * @returns null for any other Markdown
 * @throws Refusal unsupported-format for what is no note, encrypted
 * @see https://joplinapp.org/help/api/references/rest_api, “Properties”
 */
export async function readJoplin(
  markdown: string,
  deadline: Deadline,
  recordPaths: readonly string[] = []
): Promise<NoteSource | null> {
  const item = itemIn(markdown)
  if (item === null) return null
  const { type, body, title, properties: values } = item
  if (type !== '1')
    throw new Refusal('unsupported-format', `This is ${records[type] ?? 'a record'} of Joplin, not a note.`)
  if (values.get('encryption_applied') === '1')
    throw new Refusal('encrypted', 'This note is encrypted by Joplin, so its text cannot be read.')
  const read = values.get('markup_language') === '2' ? readHtml(body) : await readMarkdown(body, deadline)
  const written = values.get('user_created_time') ?? values.get('created_time') ?? ''
  const { tags, notebooks } = await recordsAt(recordPaths, values.get('parent_id') ?? '')
  // Where a note lies is a word of it, as a folder's name is of a file.
  const place = notebooks.join(' / ')
  const at = body.length
  return {
    ...read,
    blocks:
      place === '' ? read.blocks : [...read.blocks, { headingLevel: 0, pieces: [{ text: place, start: at, end: at }] }],
    title: title ?? read.title,
    date: parseDate(written, 'front-matter') ?? read.date,
    tags: uniqueTags([...tags, ...read.tags])
  }
}

/** A tag or notebook is a line and some properties. */
const maxRecordBytes = 65_536

/** '' for one that is gone since the scan: the next one tells. */
async function textOf(path: string): Promise<string> {
  try {
    return (await stat(path)).size > maxRecordBytes ? '' : await readFile(path, 'utf8')
  } catch {
    return ''
  }
}

async function recordsAt(
  paths: readonly string[],
  parentId: string
): Promise<{ readonly tags: readonly string[]; readonly notebooks: readonly string[] }> {
  const tags: string[] = []
  const books = new Map<string, Item>()
  for (const path of paths.filter(one => isJoplinName(basename(one)))) {
    const item = itemIn(await textOf(path))
    if (item?.title == null || item.properties.get('encryption_applied') === '1') continue
    if (item.type === '5') tags.push(item.title)
    if (item.type === '2') books.set(item.properties.get('id') ?? '', item)
  }
  const notebooks: string[] = []
  for (let book = books.get(parentId); book !== undefined; book = books.get(book.properties.get('parent_id') ?? '')) {
    if (book.title !== null) notebooks.unshift(book.title)
    books.delete(book.properties.get('id') ?? '')
  }
  return { tags: tags.toSorted((a, b) => a.localeCompare(b, 'en')), notebooks }
}
