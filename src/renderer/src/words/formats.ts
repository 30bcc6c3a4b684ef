import type { DatePrecision, ItemDetail } from '../../../shared/items.ts'
import type { CurveName } from '../layout/curves.ts'

/** A word for each of the locale's plural forms; `other` where one is not given. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

/** What says when an item was made. */
export type Dated = Pick<ItemDetail, 'dateMs' | 'dateSource' | 'dateOffsetMinutes' | 'datePrecision'>

const trueMinus = (text: string): string => text.replace('-', '−')

/**
 * How numbers, dates, sizes and lists are written in one locale. All of it is Intl's; nothing here is a word of ours. One function
 * for a locale: each of its formats is costly to make, and made once.
 */
export function formatsIn(locale: string) {
  const three = { minimumFractionDigits: 3, maximumFractionDigits: 3 } as const
  const one = { minimumFractionDigits: 1, maximumFractionDigits: 1 } as const
  const written = (options: Intl.NumberFormatOptions = {}): ((value: number) => string) => {
    const format = new Intl.NumberFormat(locale, options)
    return value => trueMinus(format.format(value))
  }
  const dated = (options: Intl.DateTimeFormatOptions): ((value: number) => string) => {
    const format = new Intl.DateTimeFormat(locale, options)
    return value => format.format(value)
  }
  const plurals = new Intl.PluralRules(locale)
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  const names = new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' })

  const number = written()
  const share = written({ style: 'percent', ...one })
  const figure = written(three)
  const loss = written({ maximumSignificantDigits: 3 })
  const points = written({ ...one, signDisplay: 'exceptZero' })
  const moment = dated({ dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' })
  const wholeDay = dated({ dateStyle: 'full', timeZone: 'UTC' })
  const shortDay = dated({ dateStyle: 'medium', timeZone: 'UTC' })
  const month = dated({ month: 'long', year: 'numeric', timeZone: 'UTC' })
  const year = dated({ year: 'numeric', timeZone: 'UTC' })
  const part = (dateMs: number, precision: DatePrecision): string => (precision === 'year' ? year : month)(dateMs)
  const unit = (value: number, name: string, options: Intl.NumberFormatOptions): string =>
    written({ style: 'unit', unit: name, ...options })(value)

  return {
    locale,
    number,
    /** A share, 0…1, in whole percents. */
    percent: written({ style: 'percent' }),
    /** Two digits: '2.1', '12'. */
    roughly: written({ maximumSignificantDigits: 2 }),
    list: (parts: readonly string[]): string => lists.format(parts),
    /** The word that goes with this number, without the number. */
    plural: (value: number, forms: Forms): string => forms[plurals.select(value)] ?? forms.other,
    /** The day of an item, or what is known of it: '3 May 1987', 'May 1987', '1987'. */
    day: ({ dateMs, datePrecision }: Pick<ItemDetail, 'dateMs' | 'datePrecision'>): string =>
      datePrecision === undefined ? shortDay(dateMs) : part(dateMs, datePrecision),
    /** '3 May 2026, 14:02' of this machine's own time. */
    when: dated({ dateStyle: 'medium', timeStyle: 'short' }),
    /** 'March 2021'; the time is wall-clock time as if UTC. */
    month,
    shortMonth: dated({ month: 'short', timeZone: 'UTC' }),
    /** When an item was made, where it was made, as far as it is known. What a person wrote or a name says at midnight is a day without a time. */
    made: ({ dateMs, dateSource, dateOffsetMinutes, datePrecision }: Dated): string => {
      if (datePrecision !== undefined) return part(dateMs, datePrecision)
      return dateMs % 86_400_000 === 0 && /^(front-matter|file-name)$/u.test(dateSource)
        ? wholeDay(dateMs)
        : `${moment(dateMs)}${zone(dateOffsetMinutes)}`
    },
    bytes: (size: number): string => {
      const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
      const power = size < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3))
      const unitDisplay = power === 0 ? 'long' : 'short'
      const said = unit(size / 1000 ** power, units[power] ?? 'byte', { unitDisplay, maximumSignificantDigits: 3 })
      // A number stays on the line of its unit.
      return said.replace(' ', '\u00a0')
    },
    /** A span that a person would say: seconds below a minute and a half, then minutes, then hours. */
    span: (seconds: number): string => {
      const [value, name] =
        seconds < 90
          ? [Math.max(1, seconds), 'second']
          : seconds < 90 * 60
            ? [seconds / 60, 'minute']
            : [seconds / 3600, 'hour']
      return unit(Math.round(value), name, { unitDisplay: 'long' })
    },
    language: (tag: string): string => names.of(tag) ?? tag,
    degrees: written({ minimumFractionDigits: 4, maximumFractionDigits: 4 }),

    /** A mean reciprocal rank or an accuracy: '0.412'. */
    figure,
    /** '+0.034', '−0.012'. */
    signed: written({ ...three, signDisplay: 'exceptZero' }),
    tick: written({ maximumSignificantDigits: 2, signDisplay: 'exceptZero' }),
    /** A share of queries with its tenth: '41.2%'. */
    share,
    loss,
    /** Between two shares, in points of a hundred: '+5.3'. */
    gainInPoints: (before: number, after: number): string => points((after - before) * 100),
    curveValue: (name: CurveName, value: number): string =>
      /^(validation|modalityProbe|rotationProbe)$/u.test(name) ? figure(value) : loss(value)
  }
}

function zone(offsetMinutes: number | null): string {
  if (offsetMinutes === null) return ''
  const minutes = Math.abs(offsetMinutes) % 60
  const hours = Math.floor(Math.abs(offsetMinutes) / 60)
  return ` (UTC${offsetMinutes < 0 ? '−' : '+'}${hours}${minutes === 0 ? '' : `:${String(minutes).padStart(2, '0')}`})`
}
