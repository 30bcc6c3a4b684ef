import type { DateSource, ItemDate } from '../../../base/domain.ts'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const numeric =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:[Tt]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{1,2})?$/i
const compact = /^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?()(Z|[+-]\d{2}:?\d{2})?$/
/** `3 May 2021`, `Mon, 03 May 2021 10:00:00 +0200` (RFC 5322). */
const dayFirst =
  /^(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i
const monthFirst = /^(?:[A-Za-z]{3,9},?\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$/

/** The date that a person or a program wrote, or null when it is none (February 30th, "soon"). A date alone is midnight. */
export function parseDate(written: string, source: DateSource): ItemDate | null {
  const text = written.trim().slice(0, 80)
  const iso = numeric.exec(text) ?? compact.exec(text)
  if (iso !== null) return date([iso[1], iso[2], iso[3], iso[4], iso[5], iso[6], iso[7]], iso[8], source)
  const day = dayFirst.exec(text)
  if (day !== null)
    return date([day[3], monthNumber(day[2]), day[1], day[4], day[5], day[6], undefined], day[7], source)
  const month = monthFirst.exec(text)
  if (month !== null) return date([month[3], monthNumber(month[1]), month[2]], undefined, source)
  return null
}

/** From `2021-05-03-title.md`, `2021_05_03`, `notes 20210503.txt`; the first that is a real day between 1900 and 2099. */
export function dateFromFileName(name: string): ItemDate | null {
  for (const match of name.matchAll(/(?<!\d)((?:19|20)\d{2})([-_. ]?)(\d{2})\2(\d{2})(?!\d)/g)) {
    const found = date([match[1], match[3], match[4]], undefined, 'file-name')
    if (found !== null) return found
  }
  return null
}

/** The clock of this machine where the file was written is the best guess there is. */
export function dateFromFile(modifiedMs: number): ItemDate {
  const offsetMinutes = -new Date(modifiedMs).getTimezoneOffset()
  return { localMs: modifiedMs + offsetMinutes * 60_000, offsetMinutes, source: 'file' }
}

/** `D:20210503142000+02'00'` (ISO 32000-1, 7.9.4); everything after the year may be missing. */
export function parsePdfDate(written: string): ItemDate | null {
  const match = /^(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(Z|[+-]\d{2}'?(?:\d{2})?)?/.exec(written.trim())
  if (match === null) return null
  return date(
    [match[1], match[2] ?? '1', match[3] ?? '1', match[4], match[5], match[6]],
    match[7]?.replace("'", ''),
    'document'
  )
}

function monthNumber(name: string | undefined): string | undefined {
  const index = months.indexOf(name?.slice(0, 3).toLowerCase() ?? '')
  return index < 0 ? undefined : String(index + 1)
}

/** @param parts year, month 1…12, day, hour, minute, second, decimals of the second */
function date(parts: readonly (string | undefined)[], zone: string | undefined, source: DateSource): ItemDate | null {
  if (parts[0] === undefined || parts[1] === undefined || parts[2] === undefined) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(part => Number(part ?? 0))
  const thousandths = Math.floor(Number(`0.${parts[6] ?? '0'}`) * 1000)
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second, thousandths)
  const back = new Date(localMs)
  const isReal = back.getUTCFullYear() === year && back.getUTCMonth() === month - 1 && back.getUTCDate() === day
  if (!isReal || hour > 23 || minute > 59 || second > 59) return null
  return { localMs, offsetMinutes: offsetOf(zone), source }
}

function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined || zone === '') return null
  const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone)
  if (match === null) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0)
  return match[1] === '-' ? 0 - minutes : minutes
}
