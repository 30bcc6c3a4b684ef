import { isRecord, recordsOf, textOf } from '../../metadata/json-record.ts'
import type { ItemDate } from '../../../../base/domain.ts'
import { uniqueTags } from '../front-matter.ts'
import { readMarkdown } from '../markdown.ts'
import { Refusal } from '../refusal.ts'
import { Names, type ContainerReader } from './contained.ts'
import { readJsonFile } from './json.ts'

/**
 * A journal of Day One, exported as JSON: each entry is Markdown, with its pictures beside the journal in `photos`.
 * @see https://dayoneapp.com/guides/tips-and-tutorials/exporting-entries/ (the form was seen in exports of 2.x, 2022)
 */
export const dayOne: ContainerReader = {
  format: 'markdown',
  async open(path) {
    const journal = await readJsonFile(path, 'journal')
    const entries = isRecord(journal) ? recordsOf(journal.entries) : []
    const names = new Names('.md')
    return entries.map(entry => ({
      name: names.next(firstLine(textOf(entry.text) ?? '') ?? dayOf(entry)),
      content: JSON.stringify(entry),
      modifiedMs: msOf(entry.modifiedDate) ?? msOf(entry.creationDate)
    }))
  },
  async read(content, deadline) {
    const parsed: unknown = JSON.parse(content)
    const entry = isRecord(parsed) ? parsed : {}
    const pictures = new Map(
      recordsOf(entry.photos).flatMap(photo => {
        const [id, md5, type] = [textOf(photo.identifier), textOf(photo.md5), textOf(photo.type) ?? 'jpeg']
        return id === null || md5 === null ? [] : [[id, `../photos/${md5}.${type}`] as const]
      })
    )
    const shown = new Set<string>()
    const text = (textOf(entry.text) ?? '').replace(
      /!\[([^\]]*)\]\(dayone-moment:\/\/?\/?(?:photo\/)?([0-9A-Za-z]+)\)/g,
      (_, said: string, id: string) => {
        const picture = pictures.get(id)
        if (picture === undefined) return ''
        shown.add(id)
        return `![${said}](${picture})`
      }
    )
    // Older entries have their pictures above the text, and say nothing of them in it.
    const others = [...pictures].filter(([id]) => !shown.has(id)).map(([, picture]) => `![](${picture})`)
    const parts = [...others, text, placeOf(entry.location)].filter(part => part.trim() !== '')
    if (parts.length === 0) throw new Refusal('no-text', 'This entry holds no text, only pictures or nothing at all.')
    const read = await readMarkdown(parts.join('\n\n'), deadline)
    const tags = Array.isArray(entry.tags) ? entry.tags.flatMap(tag => textOf(tag) ?? []) : []
    return {
      ...read,
      title: firstLine(textOf(entry.text) ?? '') ?? dayOf(entry),
      date: dateOf(entry) ?? read.date,
      tags: uniqueTags([...tags, ...read.tags])
    }
  }
}

type Entry = Readonly<Record<string, unknown>>

/** What an entry is called, in Day One too. */
function firstLine(text: string): string | null {
  const lines = text.split(/\r?\n/).map(line =>
    line
      .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
      .replace(/^[\s#>*-]+/, '')
      .replace(/\\(?=[^\w\s])/g, '')
      .trim()
  )
  return lines.find(line => /[\p{L}\p{N}]/u.test(line)) ?? null
}

function placeOf(location: unknown): string {
  if (!isRecord(location)) return ''
  const { placeName, localityName, administrativeArea, country } = location
  return [...new Set([placeName, localityName, administrativeArea, country].flatMap(part => textOf(part) ?? []))].join(
    ', '
  )
}

function msOf(written: unknown): number | null {
  const ms = typeof written === 'string' ? Date.parse(written) : NaN
  return Number.isNaN(ms) ? null : ms
}

function dayOf(entry: Entry): string | null {
  const date = dateOf(entry)
  return date === null ? null : new Date(date.localMs).toISOString().slice(0, 10)
}

/** By the clock of the place where it was written. */
function dateOf({ creationDate, timeZone }: Entry): ItemDate | null {
  const utcMs = msOf(creationDate)
  if (utcMs === null) return null
  const offsetMinutes = offsetAt(utcMs, textOf(timeZone) ?? 'UTC')
  return { localMs: utcMs + offsetMinutes * 60_000, offsetMinutes, source: 'document' }
}

/** Minutes that a zone of the tz database is before UTC at a moment; 0 for one that is not known. */
function offsetAt(utcMs: number, timeZone: string): number {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(utcMs)
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign, hours = 0, minutes = 0] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? []
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  } catch {
    return 0
  }
}
