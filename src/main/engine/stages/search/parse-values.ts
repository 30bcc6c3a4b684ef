import type { ItemFilters, ItemId, ItemKind } from '../../base/domain.ts'

/** Without a radius, a place means its neighbourhood. */
const usualRadiusKm = 5
/** Half of the earth's circumference: everything is nearer. */
const farthestKm = 20_038
const kilometres: Readonly<Record<string, number>> = { '': 1, km: 1, m: 0.001, mi: 1.609344 }

/** The kind in `type:photo` or `type:notes`; null for any other word. */
export function parseKind(value: string): ItemKind | null {
  if (/^photos?$/i.test(value)) return 'photo'
  return /^notes?$/i.test(value) ? 'note' : null
}

/** The first moment of a year, a month or a day: wall-clock milliseconds as if UTC. `2021`, `2021-5`, `2021-05-03`; `/` and `.` too. */
export function parseDay(value: string): number | null {
  const found = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$/.exec(value)
  if (found === null) return null
  const [year, month, day] = [Number(found[1]), Number(found[2] ?? 1), Number(found[3] ?? 1)]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : null
}

/** `latitude,longitude` in degrees and perhaps a radius: `48.137, 11.575, 500 m`; km when no unit is given; m, km or mi. */
export function parsePlace(value: string): NonNullable<ItemFilters['near']> | null {
  const found = /^([-+]?\d+(?:\.\d+)?),([-+]?\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?)(km|mi|m)?)?$/i.exec(
    value.replaceAll(/\s+/gu, '')
  )
  if (found === null) return null
  const latitude = Number(found[1])
  const longitude = Number(found[2])
  const unit = kilometres[(found[4] ?? '').toLowerCase()] ?? 1
  const radiusKm = found[3] === undefined ? usualRadiusKm : Math.min(Number(found[3]) * unit, farthestKm)
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180 || radiusKm <= 0) return null
  return { latitude, longitude, radiusKm }
}

/** The id in `like:12`: a whole number of at most ten digits above 0; null for anything else. */
export function parseItemId(value: string): ItemId | null {
  return /^[1-9]\d{0,9}$/.test(value) ? Number(value) : null
}
