import type { NoteSource } from '../note-source.ts'
import type { Deadline } from '../refusal.ts'
import { Gathered } from './gathered.ts'

const separators = [',', ';', '\t', '|'] as const

/**
 * A table as text (CSV, TSV): a paragraph for each row. Values are separated by the sign that the first line has most of; one
 * in quotes may hold separators and line ends.
 * @see RFC 4180
 */
export async function readTable(text: string, deadline: Deadline): Promise<NoteSource> {
  const gathered = new Gathered()
  const firstLine = /[^\r\n]*/.exec(text)?.[0] ?? ''
  const counted = separators.map(sign => ({ sign, count: firstLine.split(sign).length }))
  const { sign } = counted.reduce((best, one) => (one.count > best.count ? one : best))
  const escaped = sign === '|' ? '\\|' : sign
  const value = new RegExp(
    `"((?:[^"]|"")*)"|[^${escaped}\\r\\n"][^${escaped}\\r\\n]*|(${escaped})|(\\r\\n|\\r|\\n)|"`,
    'g'
  )
  let row: string[] = []
  let rows = 0
  const endRow = (): void => {
    gathered.add(row.join(', '))
    row = []
  }
  for (const [whole, quoted, separator, end] of text.matchAll(value)) {
    if (end !== undefined) {
      endRow()
      if (++rows % 512 === 0) await deadline.giveWay()
    } else if (separator === undefined) {
      const cell = (quoted?.replaceAll('""', '"') ?? whole).trim()
      if (cell !== '') row.push(cell)
    }
  }
  endRow()
  return { ...gathered.source(), title: null }
}
