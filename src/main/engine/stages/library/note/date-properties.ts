import type { DateSource, ItemDate } from '../../../base/domain.ts'
import { parseDate } from './dates.ts'
import { foldKey, topOfBody } from './property-lines.ts'

/** When a note came to be, and when it was changed last, as programs and people name it. Folded by `foldKey`. */
const made =
  /^(?:(?:date|time|day)?(?:of)?(?:creat(?:ed?|ion)|publi(?:sh(?:ed)?|cation)|pub|post(?:ed)?|written|taken|entry|journal)?(?:at|on|date|time|datetime|timestamp|when|utc)*|(?:datum|fecha|data|dato|erstellt|erstelltam|angelegt|cree|creele|creado|creadoel|creato|criado|gemaakt|skapad|datedecreation|fechadecreacion|veroffentlicht|publie|publiele|publicado)|ctime|birthtime)$/
const changed =
  /^(?:(?:date|time)?(?:last)?(?:updated?|modifi(?:ed|cation)|mod|edit(?:ed)?|changed)(?:at|on|date|time|datetime|timestamp|utc)*|mtime|geandert|geandertam|aktualisiert|modifie|modifiele|modificado|modificato)$/

/**
 * The date of a note by its properties: when it was made, else when it was published or changed; the first that is a date.
 *
 * @param properties  keys and values as they were written, in order
 */
export function dateOfProperties(
  properties: readonly (readonly [key: string, value: string])[],
  source: DateSource
): ItemDate | null {
  const folded = properties.map(([key, value]) => [foldKey(key), value] as const).filter(([key]) => key !== '')
  const plain = folded.filter(([key]) => key === 'date')
  for (const [key, value] of [
    ...plain,
    ...folded.filter(([key]) => made.test(key)),
    ...folded.filter(([key]) => changed.test(key))
  ]) {
    const date = parseDate(value, source)
    // Of a book, notes say the year in which that was published.
    if (date !== null && (date.precision === undefined || !key.startsWith('pub'))) return date
  }
  return null
}

/** So far down a person or a program puts the date of a note. */
const topLines = 12

/**
 * The date in the first lines of a note: a property (`Created: January 2, 2024 3:04 PM`, `**Date:** 3 May 2021`), or a line that is a
 * date and nothing else.
 */
export function dateInFirstLines(text: string): ItemDate | null {
  const lines = topOfBody(text)
    .split(/\r?\n/)
    .map(line =>
      line
        .replace(/^[\s#>*-]+/, '')
        .replaceAll('**', '')
        .replace(/[*_\s]+$/, '')
    )
    .filter(line => line !== '')
    .slice(0, topLines)
  const properties = lines.flatMap(line => {
    const property = /^(\p{L}[\p{L} _-]{1,30}?)::?\s+(\S.{0,80})$/u.exec(line)
    return property?.[1] === undefined || property[2] === undefined ? [] : [[property[1], property[2]] as const]
  })
  const said = dateOfProperties(properties, 'document')
  if (said !== null && said.precision === undefined) return said
  for (const line of lines.slice(0, 3)) {
    // A number alone may be anything.
    const date = /[^\d]/.test(line) && line.length <= 60 ? parseDate(line, 'document') : null
    if (date !== null && date.precision === undefined) return date
  }
  return null
}
