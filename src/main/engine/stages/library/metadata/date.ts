import type { DatePrecision } from '../../../base/domain.ts'

/** A moment as written: wall-clock time as if it were UTC, and minutes east of UTC where the text says so. */
export interface WrittenDate {
  readonly localMs: number
  readonly offsetMinutes: number | null
  /** As an item's. */
  readonly precision?: DatePrecision
}

/** Niépce's first photograph is of 1826 or 1827: nothing on a photo is older. */
const firstYear = 1826
/** A camera clock may run a little ahead, in another time zone. */
const aheadMs = 2 * 24 * 3600 * 1000

/**
 * A calendar date that exists, lies between the first photograph and tomorrow, and is not a value that cameras write when
 * their clock was never set (years of zero, months of zero).
 *
 * @param second may have a fraction; 60 (a leap second) counts as 59
 * @param latestMs  tomorrow, of what a camera made
 */
export function dateOf(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  latestMs = Date.now() + aheadMs
): number | null {
  if (!(year >= firstYear && month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60 && second < 61))
    return null
  const ms = Date.UTC(year, month - 1, day, hour, minute) + Math.floor(Math.min(second, 59.999) * 1000)
  if (new Date(ms).getUTCDate() !== day || ms > latestMs) return null
  return ms
}

/**
 * A date of which only the year or the month is known: cameras and tools write zeros or spaces for the rest, and whatever for the
 * time; and numbers that are padded with a space instead of a zero. As the whole date, or what is known of it.
 *
 * @see CIPA DC-008-2019 (EXIF 2.32), 4.6.5 D: unknown parts are filled with spaces
 */
function known(text: string): string {
  const parts = /^\s*(\d{4})(?:[:/.-]( \d|\d\d| {2})[:/.-]( \d|\d\d| {2})|(\d\d)(\d\d)(?=T|\s*$))/.exec(text)
  if (parts === null) return text
  const [head, year = ''] = parts
  const [month = '', day = ''] = [parts[2] ?? parts[4], parts[3] ?? parts[5]].map(part =>
    (part ?? '').replace(' ', '0').trim()
  )
  if (month === '' || Number(month) === 0) return year
  if (day === '' || Number(day) === 0) return `${year}-${month}`
  return `${year}-${month}-${day}${text.slice(head.length).replace(/(^\s|:) (?=\d)/g, '$10')}`
}

/**
 * The forms that EXIF, XMP and IPTC use: `2019:03:04 12:13:14`, `2019-03-04T12:13:14.5+02:00`, `20190304`, `2019-03`, `2019`.
 * A missing month or day is the first, a missing time midnight.
 *
 * @param offset  `+02:00`, where it is stored apart from the date
 * @param subSecond digits after the decimal point, where they are stored apart
 */
export function parseDate(
  text: string | null,
  offset: string | null = null,
  subSecond: string | null = null
): WrittenDate | null {
  const match =
    /^\s*(\d{4})(?:[-:/. ]?(\d{2})(?:[-:/. ]?(\d{2}))?)?(?:[T ]*(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?\s*$/i.exec(
      known((text ?? '').replace(/\0[\s\S]*$/, ''))
    )
  if (match === null) return null
  const { 2: writtenMonth, 3: writtenDay } = match
  const [, year, month = '1', day = '1', hour = '0', minute = '0', second = '0', fraction, zone] = match
  const digits = fraction ?? /^\s*(\d{1,9})/.exec(subSecond ?? '')?.[1] ?? '0'
  const localMs = dateOf(+(year ?? 0), +month, +day, +hour, +minute, +second + Number(`0.${digits}`))
  if (localMs === null) return null
  const written = { localMs, offsetMinutes: parseOffset(zone ?? offset) }
  if (writtenDay !== undefined) return written
  return { ...written, precision: writtenMonth === undefined ? 'year' : 'month' }
}

/** `+02:00`, `-0330`, `Z` → minutes east of UTC. Offsets on Earth lie between −12 and +14 hours. */
export function parseOffset(text: string | null): number | null {
  if (text === null) return null
  if (/^\s*Z/i.test(text)) return 0
  const match = /^\s*([+-])(\d{2}):?(\d{2})/.exec(text)
  if (match === null) return null
  const minutes = (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
  return minutes >= -12 * 60 && minutes <= 14 * 60 ? minutes : null
}

/** `Sun, 22 Dec 2019 18:04:05 +0100`, in PNG's `Creation Time` and in mail. @see RFC 5322, 3.3 */
export function parseMailDate(text: string): WrittenDate | null {
  const match =
    /^\s*(?:[a-z]{3,9},?\s+)?(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{4})\s+(\d{2}):(\d{2})(?::(\d{2}))?(?:\s+(?:([+-]\d{2}:?\d{2})|(GMT|UTC?|Z)))?\s*$/i.exec(
      text
    )
  if (match === null) return null
  const [, day, name = '', year, hour, minute, second = '0', zone, isUtc] = match
  const month = months.indexOf(name.toLowerCase()) + 1
  const localMs = dateOf(Number(year), month, Number(day), Number(hour), Number(minute), Number(second))
  return localMs === null ? null : { localMs, offsetMinutes: parseOffset(isUtc === undefined ? (zone ?? null) : 'Z') }
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Year first, with or without a time: separated, or the time by twelve hours, or all in a row. */
const yearFirst =
  /(?<!\d)((?:18|19|20)\d{2})([-_. ]?)(\d{2})\2(\d{2})(?:(?:[-_. T]|\sat\s|\sum\s|\sà\s){1,3}(\d{1,2})([-_.:h ]?)(\d{2})(?:\6(\d{2})(?:\d{3})?)?(?!\d)(?:\s?([ap])\.?m\b)?)?(?!\d)/gi
const inARow = /(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:(\d{2})(?:\d{3})?)?(?!\d)/g
/** `6.5.2021`, `06.05.21`, as half of Europe writes it; not a number of a version. */
const dayFirst = /(?<![\d.v])(\d{1,2})\.(\d{1,2})\.((?:18|19|20)?\d{2})(?![\d]|\.\d)/gi
/** Milliseconds since 1970, as messengers write them; seconds only where a name is nothing else. */
const sinceEpoch = /(?<!\d)(1\d{12})(?!\d)|^(1\d{9})(?=\.[a-z]+$)/gi
/** Before, nobody named pictures by such a number. */
const firstNamedMs = Date.UTC(2000, 0)

/**
 * A date that a camera, a phone or a person put into a file name: `IMG_20190304_121314.jpg`, `2019-03-04 12.13.14.jpg`,
 * `Screenshot 2021-05-06 at 7.08.09 PM.png`, `IMG-20190304-WA0001.jpg`, `20190304_beach.jpg`, `IMG20190304121314.jpg`,
 * `6.5.2021 garden.jpg`, `FB_IMG_1620284889000.jpg`. Digits must be a date that exists and stand by themselves, so that numbers
 * are not taken for dates.
 *
 * @param latestMs  the latest date that it may be; numbers of milliseconds are never of tomorrow
 */
export function dateInFileName(fileName: string, latestMs = Date.now() + aheadMs): WrittenDate | null {
  for (const [, year, , month, day, hour, , minute, second, half] of fileName.matchAll(yearFirst)) {
    const date = [Number(year), Number(month), Number(day)] as const
    const dayMs = dateOf(...date, 0, 0, 0, latestMs)
    if (dayMs === null) continue
    const timeMs =
      hour === undefined
        ? null
        : dateOf(...date, hourOf(Number(hour), half), Number(minute), Number(second ?? 0), latestMs)
    return { localMs: timeMs ?? dayMs, offsetMinutes: null }
  }
  for (const [, year, month, day, hour, minute, second = '0'] of fileName.matchAll(inARow)) {
    const date = [Number(year), Number(month), Number(day)] as const
    const localMs = dateOf(...date, Number(hour), Number(minute), Number(second), latestMs)
    if (localMs !== null) return { localMs, offsetMinutes: null }
  }
  for (const [, day, month, year = ''] of fileName.matchAll(dayFirst)) {
    const localMs = dateOf(yearOf(year), Number(month), Number(day), 0, 0, 0, latestMs)
    if (localMs !== null) return { localMs, offsetMinutes: null }
  }
  for (const [, milliseconds, seconds] of fileName.matchAll(sinceEpoch)) {
    const utcMs = milliseconds === undefined ? Number(seconds) * 1000 : Number(milliseconds)
    if (utcMs >= firstNamedMs && utcMs <= Date.now() + aheadMs)
      return { localMs: Math.floor(wallClock(utcMs) / 1000) * 1000, offsetMinutes: null }
  }
  return null
}

/** @param half  `a` or `p` of a clock of twelve hours */
function hourOf(hour: number, half: string | undefined): number {
  return half === undefined ? hour : (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
}

/** Of two digits the last such year that has begun. */
function yearOf(digits: string): number {
  const year = Number(digits)
  if (digits.length === 4) return year
  const now = new Date().getFullYear()
  return year + (year <= now % 100 ? now - (now % 100) : now - (now % 100) - 100)
}

/**
 * A moment that is known in UTC only, as the clock on this machine's wall showed it: the best guess for the time at the
 * place of capture that a person would recognise.
 */
export function wallClock(utcMs: number): number {
  return utcMs - new Date(utcMs).getTimezoneOffset() * 60_000
}
