import type { DateSource, ItemDate } from '../../../base/domain.ts'
import { dateInFileName } from '../metadata/date.ts'

/** Languages whose names of months people write beside numbers; their abbreviations too. */
const languages = 'en de fr es it pt nl pl cs sk sv da nb fi hu ro hr sl tr el ru uk bg ca eu id vi'.split(' ')

let monthNames: ReadonlyMap<string, number> | null = null

/** Names in all these languages, as they stand alone and in a date, without case, accents and full stops → 1…12. */
function monthsByName(): ReadonlyMap<string, number> {
  if (monthNames !== null) return monthNames
  const names = new Map<string, number>()
  for (const language of languages)
    for (const month of ['long', 'short'] as const)
      for (const options of [{ month }, { month, day: 'numeric' }] as const) {
        const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' })
        for (let i = 0; i < 12; i++) {
          const name = format.formatToParts(Date.UTC(2021, i, 2)).find(({ type }) => type === 'month')?.value ?? ''
          const key = foldMonth(name)
          if (/\p{L}/u.test(key) && !names.has(key)) names.set(key, i + 1)
        }
      }
  monthNames = names
  return names
}

function foldMonth(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\p{M}.]/gu, '')
    .toLowerCase()
}

/** In English any beginning of three letters and more is known: `Sept`. */
function monthNumber(name: string | undefined): string | undefined {
  const key = foldMonth(name ?? '')
  const number = monthsByName().get(key) ?? (key.length > 3 ? monthsByName().get(key.slice(0, 3)) : undefined)
  return number === undefined ? undefined : String(number)
}

/** At the end of a date: `T15:04:05.678+02:00`, ` 3:04 PM`, `, 15:04 Uhr`, ` at 15:04:05 GMT+0100 (CET)`. */
const time =
  /(?:T|,?\s+(?:(?:at|um|à|alle|kl\.?|om|o|-|–)\s+)?)(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s*([ap])\.?m\b\.?)?(?:\s*Uhr\b)?\s*(Z|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|(?:UTC|GMT)?[+-]\d{1,2}|UTC|GMT)?(?:\s*UTC|\s*\([^()]{0,40}\))?$/iu
const zoneOnly = /(?<=\d)\s*(Z|UTC|GMT|[+-]\d{2}:\d{2})$/i
const compact = /^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z|[+-]\d{2}:?\d{2})?$/
const weekday = /^\p{L}{2,14}\.?,?\s+(?=\p{L}{3,14}\.?\s+\d|\d)/u
const yearFirst = /^(\d{4})\s?[-/.年]\s?(\d{1,2})(?:\s?[-/.月]\s?(\d{1,2})日?|月)?$/u
const dayFirst = /^(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2}(?<=\..*))$/
const dayAndName =
  /^(\d{1,2})(?:st|nd|rd|th|er|[.ºª])?[\s-]+(?:de\s+|d['’])?(\p{L}{3,14})\.?,?[\s-]+(?:de[l]?\s+)?(\d{4})$/iu
const nameAndDay = /^(\p{L}{3,14})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$/iu
const nameAndYear = /^(\p{L}{3,14})\.?,?\s+(?:de\s+)?(\d{4})$/iu

/**
 * The date that a person or a program wrote, or null when it is none (February 30th, "soon"). A date alone is midnight; of a year or
 * month alone it is the beginning. Where either may be the month, the day stands first: `3/4/2021` is in April.
 */
export function parseDate(written: string, source: DateSource): ItemDate | null {
  const text = written
    .trim()
    .slice(0, 80)
    .replace(/^\[\[|\]\]$|^["'“<]|["'”>]$/g, '')
    .replace(/[\s\u202f]+/g, ' ')
  const since = sinceEpoch(text, source)
  if (since !== null) return since
  const packed = compact.exec(text)
  if (packed !== null)
    return date([packed[1], packed[2], packed[3], packed[4], packed[5], packed[6]], packed[7], source)
  const clock = time.exec(text)
  const zone = clock === null ? zoneOnly.exec(text) : null
  const end = clock?.index ?? zone?.index ?? text.length
  const day =
    dayOf(text.slice(0, end).replace(/,$/, '').trim()) ?? dayOf(text.slice(0, end).replace(weekday, '').trim())
  if (day === null) return unixDate(text, source)
  if (clock === null) return date(day, zone?.[1], source)
  if (day[2] === undefined) return null
  const hour = clock[5] === undefined ? Number(clock[1]) : (Number(clock[1]) % 12) + (/p/i.test(clock[5]) ? 12 : 0)
  return date([...day, String(hour), clock[2], clock[3], clock[4]], clock[6], source)
}

/** Year, month and day, as far as they are said. */
type Day = readonly [string | undefined, string | undefined, string | undefined]

function dayOf(text: string): Day | null {
  if (/^\d{4}$/.test(text)) return /^(?:1[5-9]|20)/.test(text) ? [text, undefined, undefined] : null
  const numbers = yearFirst.exec(text)
  if (numbers !== null) return [numbers[1], numbers[2], numbers[3]]
  const swapped = dayFirst.exec(text)
  if (swapped !== null) {
    const [, first = '', , second = '', year = ''] = swapped
    const [day, month] = Number(second) > 12 ? [second, first] : [first, second]
    return [year.length === 2 ? `${Number(year) > new Date().getFullYear() % 100 ? 19 : 20}${year}` : year, month, day]
  }
  const named = dayAndName.exec(text)
  if (named !== null) return isMonth([named[3], monthNumber(named[2]), named[1]])
  const american = nameAndDay.exec(text)
  if (american !== null) return isMonth([american[3], monthNumber(american[1]), american[2]])
  const partial = nameAndYear.exec(text)
  return partial === null ? null : isMonth([partial[2], monthNumber(partial[1]), undefined])
}

function isMonth(day: Day): Day | null {
  return day[1] === undefined ? null : day
}

/** `Tue Jan  2 15:04:05 CET 2024`, and JavaScript's `Tue Jan 02 2024 15:04:05 GMT+0100 (CET)`, whose day is understood above. */
function unixDate(text: string, source: DateSource): ItemDate | null {
  const match = /^\p{L}{3} (\p{L}{3}) (\d{1,2}) (\d{1,2}):(\d{2}):(\d{2}) (?:([A-Z]{1,5}|[+-]\d{4}) )?(\d{4})$/iu.exec(
    text
  )
  if (match === null) return null
  const [, name, day, hour, minute, second, zone = '', year] = match
  const offset = /^(?:UTC|GMT|[+-])/.test(zone) ? zone : undefined
  const month = monthNumber(name)
  return month === undefined ? null : date([year, month, day, hour, minute, second], offset, source)
}

/** Seconds or milliseconds since 1970, from 2001 to tomorrow: shown as the clock on this machine's wall. */
function sinceEpoch(text: string, source: DateSource): ItemDate | null {
  const digits = /^(\d{10})(\d{3})?(?:\.\d{1,6})?$/.exec(text)
  if (digits === null) return null
  const utcMs = Number(digits[1]) * 1000 + Number(digits[2] ?? 0)
  if (utcMs < 1_000_000_000_000 || utcMs > Date.now() + 48 * 3600_000) return null
  return dateHere(utcMs, source)
}

/** A moment, as the clock of this machine shows it. */
export function dateHere(utcMs: number, source: DateSource): ItemDate {
  const offsetMinutes = -new Date(utcMs).getTimezoneOffset()
  return { localMs: utcMs + offsetMinutes * 60_000, offsetMinutes, source }
}

/** A note may plan what is to come. */
const latestMs = Date.UTC(2100, 0)

/** From `2021-05-03-title.md`, `202105031420 Title.md`, `03.05.2021 Roof.md`: what the names of photos say, of any year up to 2099. */
export function dateFromFileName(name: string): ItemDate | null {
  const found = dateInFileName(name, latestMs)
  return found === null ? null : { ...found, source: 'file-name' }
}

/** The clock of this machine where the file was written is the best guess there is. */
export function dateFromFile(modifiedMs: number): ItemDate {
  return dateHere(modifiedMs, 'file')
}

/** `D:20210503142000+02'00'` (ISO 32000-1, 7.9.4); everything after the year may be missing. */
export function parsePdfDate(written: string): ItemDate | null {
  const match = /^(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(Z|[+-]\d{2}'?(?:\d{2})?)?/.exec(written.trim())
  if (match === null) return null
  return date([match[1], match[2], match[3], match[4], match[5], match[6]], match[7]?.replace("'", ''), 'document')
}

/** @param parts year, month 1…12, day, hour, minute, second, decimals of the second */
function date(parts: readonly (string | undefined)[], zone: string | undefined, source: DateSource): ItemDate | null {
  if (parts[0] === undefined) return null
  const precision = parts[1] === undefined ? 'year' : parts[2] === undefined ? 'month' : undefined
  const known = [parts[0], parts[1] ?? '1', parts[2] ?? '1', ...parts.slice(3)]
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = known.map(part => Number(part ?? 0))
  const thousandths = Math.floor(Number(`0.${parts[6] ?? '0'}`) * 1000)
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second, thousandths)
  const back = new Date(localMs)
  const isReal = back.getUTCFullYear() === year && back.getUTCMonth() === month - 1 && back.getUTCDate() === day
  if (!isReal || hour > 23 || minute > 59 || second > 59) return null
  const written = { localMs, offsetMinutes: offsetOf(zone), source }
  return precision === undefined ? written : { ...written, precision }
}

function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined || zone === '') return null
  const match = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/i.exec(zone)
  if (match === null) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0)
  return match[1] === '-' ? 0 - minutes : minutes
}
