import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseRecord, recordsOf, textOf } from '../metadata/json-record.ts'
import type { ItemDate } from '../../../base/domain.ts'
import { blockText } from './block.ts'
import { dateHere } from './dates.ts'
import { uniqueTags } from './front-matter.ts'
import type { NoteSource } from './note-source.ts'
import { cleanTitle } from './titles.ts'

/** What Google Keep's export says of a note in the JSON beside its page. */
export interface KeepWords {
  readonly title: string | null
  readonly text: string
  readonly labels: readonly string[]
  /** When it was written, else when it was changed last; milliseconds since 1970, UTC. */
  readonly writtenMs: number | null
  /** Names of files in the same folder. */
  readonly attachments: readonly string[]
}

/** A note of Keep has 20,000 characters at most, and a list a thousand entries. */
const maxLength = 4 * 1024 * 1024
const longestTitle = 80

/** Never throws; null when it is something else. */
export function parseKeep(bytes: Uint8Array): KeepWords | null {
  const json = parseRecord(bytes, maxLength)
  if (json === null) return null
  const isKeep = 'textContent' in json || 'listContent' in json || 'attachments' in json || 'labels' in json
  const writtenMs = milliseconds(json.createdTimestampUsec) ?? milliseconds(json.userEditedTimestampUsec)
  if (!isKeep || (writtenMs === null && !('isTrashed' in json))) return null
  const entries = recordsOf(json.listContent).flatMap(({ text }) => textOf(text) ?? [])
  return {
    title: textOf(json.title),
    text: textOf(json.textContent) ?? entries.join('\n'),
    labels: recordsOf(json.labels).flatMap(({ name }) => textOf(name) ?? []),
    writtenMs,
    attachments: recordsOf(json.attachments).flatMap(({ filePath }) => textOf(filePath) ?? [])
  }
}

/** @param microseconds  since 1970, as a number or its digits */
function milliseconds(microseconds: unknown): number | null {
  const value = typeof microseconds === 'string' ? Number(microseconds) : microseconds
  return typeof value === 'number' && value > 0 && value < 8.64e18 ? Math.floor(value / 1000) : null
}

/**
 * The page that Google Keep wrote of a note, with what it says itself and what the JSON beside it says better: the page has the day
 * as a line of its text, the day as the title of a note without one, and its pictures inside.
 *
 * @param path  of the page, absolute
 * @returns the source as it was for every other page
 */
export function withKeep(source: NoteSource, path: string, sidecarPaths: readonly string[]): NoteSource {
  if (!/<div class="note">\s*<div class="heading">/.test(source.text)) return source
  const words = sidecarPaths.flatMap(sidecar => read(sidecar) ?? [])[0]
  const heading = source.text.indexOf('<div class="heading">')
  const below = /<div class="(?:title|content|attachments|chips)"/.exec(source.text.slice(heading))
  const end = below === null ? source.text.length : heading + below.index
  const isHeading = (start: number): boolean => start > heading && start < end
  const blocks = source.blocks.filter(({ pieces }) => !isHeading(pieces[0]?.start ?? 0))
  const text = words?.text ?? blocks.map(blockText).join('\n')
  const said = words === undefined ? titleIn(source, end) : words.title
  const title = cleanTitle(said) ?? firstLine(text)
  if (words === undefined) return { ...source, title, blocks, date: headingDate(source.text.slice(heading, end)) }
  const shown = source.text.indexOf('class="attachments"')
  return {
    ...source,
    blocks,
    title,
    date: words.writtenMs === null ? source.date : dateHere(words.writtenMs, 'document'),
    tags: uniqueTags([...source.tags, ...words.labels]),
    links: [
      ...source.links,
      ...words.attachments.map(name => ({
        kind: 'embed' as const,
        target: nameOnDisk(dirname(path), name),
        text: '',
        start: Math.max(0, shown)
      }))
    ]
  }
}

function read(path: string): KeepWords | null {
  try {
    return statSync(path).size > maxLength ? null : parseKeep(readFileSync(path))
  } catch {
    return null // gone since the scan
  }
}

/** The title has a line of its own; where it has none, the page is titled by the day. */
function titleIn(source: NoteSource, end: number): string | null {
  if (!source.text.startsWith('<div class="title"', end)) return null
  const block = source.blocks.find(({ pieces }) => (pieces[0]?.start ?? 0) > end)
  return block === undefined ? null : blockText(block)
}

function firstLine(text: string): string | null {
  const line = cleanTitle(text.split('\n').find(one => /[\p{L}\p{N}]/u.test(one)))
  if (line === null || line.length <= longestTitle) return line
  const cut = line.slice(0, longestTitle)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), longestTitle / 2)).toWellFormed()}…`
}

/** `Nov 10, 2023, 7:06:40 AM`, by the clock of the account. In other languages the JSON alone tells the day. */
function headingDate(html: string): ItemDate | null {
  const match = /([A-Z][a-z]{2} \d{1,2}, \d{4}), (\d{1,2}:\d{2}:\d{2}) ([AP]M)/.exec(html.replace(/[\s\u202f]/g, ' '))
  const ms = match === null ? NaN : Date.parse(`${match[1]} ${match[2]} ${match[3]} UTC`)
  return Number.isNaN(ms) ? null : { localMs: ms, offsetMinutes: null, source: 'document' }
}

/** The JSON names pictures `.jpeg` that the export calls `.jpg`. */
function nameOnDisk(folder: string, name: string): string {
  const plain = name.replaceAll('\\', '/').split('/').at(-1) ?? name
  const dot = plain.lastIndexOf('.')
  const stem = dot > 0 ? plain.slice(0, dot) : plain
  const names = [plain, ...['jpg', 'jpeg', 'png', 'gif', 'webp'].map(extension => `${stem}.${extension}`)]
  return names.find(one => existsSync(join(folder, one))) ?? plain
}
