import { parseDate } from '../dates.ts'
import { readMarkdown } from '../markdown.ts'
import type { NoteSource } from '../note-source.ts'
import { Refusal, type Deadline } from '../refusal.ts'
import { cleanTitle } from '../titles.ts'

/** What an item of Joplin is by its number, where it is no note. */
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

/**
 * An item of Joplin's export (RAW) or synchronisation folder: a title, a text, and properties that are no text.
 * @returns null for any other Markdown
 * @throws Refusal unsupported-format for what is no note, encrypted
 * @see https://joplinapp.org/help/api/references/rest_api, “Properties”
 */
export async function readJoplin(markdown: string, deadline: Deadline): Promise<NoteSource | null> {
  if (!/type_: \d+\s*$/.test(markdown.slice(-40))) return null
  const found = properties.exec(markdown.slice(-8192))
  if (found === null) return null
  const [whole, said = '', type = ''] = found
  const values = new Map(
    said
      .split(/\r?\n/)
      .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const)
  )
  if (type !== '1')
    throw new Refusal('unsupported-format', `This is ${records[type] ?? 'a record'} of Joplin, not a note.`)
  if (values.get('encryption_applied') === '1')
    throw new Refusal('encrypted', 'This note is encrypted by Joplin, so its text cannot be read.')
  const body = markdown.slice(0, markdown.length - whole.length)
  const read = await readMarkdown(body, deadline)
  const written = values.get('user_created_time') ?? values.get('created_time') ?? ''
  return {
    ...read,
    title: cleanTitle(body.slice(0, body.search(/[\r\n]|$/))) ?? read.title,
    date: parseDate(written, 'front-matter') ?? read.date
  }
}
