/** A moment as written: wall-clock time as if it were UTC, and minutes east of UTC where the text says so. */
export interface WrittenDate {
  readonly localMs: number
  readonly offsetMinutes: number | null
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
 */
export function dateOf(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number | null {
  if (!(year >= firstYear && month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60 && second < 61))
    return null
  const ms = Date.UTC(year, month - 1, day, hour, minute) + Math.floor(Math.min(second, 59.999) * 1000)
  if (new Date(ms).getUTCDate() !== day || ms > Date.now() + aheadMs) return null
  return ms
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
      (text ?? '').replace(/\0[\s\S]*$/, '')
    )
  if (match === null) return null
  const [, year, month = '1', day = '1', hour = '0', minute = '0', second = '0', fraction, zone] = match
  const digits = fraction ?? /^\s*(\d{1,9})/.exec(subSecond ?? '')?.[1] ?? '0'
  const localMs = dateOf(+(year ?? 0), +month, +day, +hour, +minute, +second + Number(`0.${digits}`))
  return localMs === null ? null : { localMs, offsetMinutes: parseOffset(zone ?? offset) }
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

/**
 * A date that a camera, a phone or a person put into a file name: `IMG_20190304_121314.jpg`, `2019-03-04 12.13.14.jpg`,
 * `Screenshot 2021-05-06 at 07.08.09.png`, `IMG-20190304-WA0001.jpg`, `20190304_beach.jpg`. Eight digits must be a date
 * that exists and stand by themselves, so that numbers are not taken for dates.
 */
export function dateInFileName(fileName: string): WrittenDate | null {
  const pattern =
    /(?<!\d)((?:18|19|20)\d{2})([-_. ]?)(\d{2})\2(\d{2})(?:(?:[-_. T]|\sat\s|\sum\s|\sà\s){1,3}(\d{2})([-_.:h ]?)(\d{2})(?:\6(\d{2})(?:\d{3})?)?(?!\d))?(?!\d)/gi
  for (const [, year, , month, day, hour, , minute, second] of fileName.matchAll(pattern)) {
    const dayMs = dateOf(Number(year), Number(month), Number(day))
    if (dayMs === null) continue
    const timeMs =
      hour === undefined
        ? null
        : dateOf(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second ?? 0))
    return { localMs: timeMs ?? dayMs, offsetMinutes: null }
  }
  return null
}

/**
 * A moment that is known in UTC only, as the clock on this machine's wall showed it: the best guess for the time at the
 * place of capture that a person would recognise.
 */
export function wallClock(utcMs: number): number {
  return utcMs - new Date(utcMs).getTimezoneOffset() * 60_000
}
