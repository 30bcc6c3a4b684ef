import { ascii } from './bytes.ts'
import type { Tiff } from './tiff.ts'
import { type Directory, type TiffField } from './tiff.ts'
import { decodeUtf16, decodeWords } from './words.ts'

/** What EXIF says about a picture; absent is null or empty. Words are as written, uncleaned. */
export interface ExifFields {
  readonly make: string | null
  readonly model: string | null
  readonly lens: string | null
  /** `YYYY:MM:DD HH:MM:SS`, as written. */
  readonly taken: string | null
  readonly takenOffset: string | null
  readonly takenSubSecond: string | null
  readonly digitised: string | null
  readonly digitisedOffset: string | null
  readonly modified: string | null
  readonly modifiedOffset: string | null
  /** `YYYY:MM:DD`, UTC, as written, and seconds of that day. */
  readonly gpsDay: string | null
  readonly gpsSeconds: number
  /** Decimal degrees, unchecked. */
  readonly latitude: number | null
  readonly longitude: number | null
  readonly imageDescription: string | null
  readonly userComment: string | null
  readonly xpTitle: string | null
  readonly xpSubject: string | null
  readonly xpComment: string | null
  readonly xpKeywords: string | null
  /** 1…8 as in the file, else 1. */
  readonly orientation: number
}

/** Directories of an EXIF block; Canon's CR3 keeps each in a block of its own. */
export interface ExifBlocks {
  readonly main: Tiff
  readonly exif?: Tiff | undefined
  readonly gps?: Tiff | undefined
}

/** @see CIPA DC-008-2019 (EXIF 2.32), 4.6.4 to 4.6.6 */
export function readExif({ main, exif, gps }: ExifBlocks): ExifFields {
  const first = main.chain()[0] ?? new Map<number, TiffField>()
  const inner = exif === undefined ? pointed(main, first, 0x8769) : directoryOf(exif)
  const place = gps === undefined ? pointed(main, first, 0x8825) : directoryOf(gps)

  const text = (from: Located, tag: number): string | null => {
    const bytes = from.tiff.bytes(from.directory.get(tag))
    return bytes.length > 0 ? decodeWords(untilNul(bytes)) : null
  }
  const wide = (tag: number): string | null => {
    const bytes = main.bytes(first.get(tag))
    return bytes.length > 1 ? decodeUtf16(bytes, true) : null
  }
  const outer: Located = { tiff: main, directory: first }
  const orientation = main.number(first.get(0x0112)) ?? 1
  return {
    make: text(outer, 0x010f),
    model: text(outer, 0x0110),
    lens: text(inner, 0xa434),
    taken: text(inner, 0x9003),
    takenOffset: text(inner, 0x9011) ?? text(inner, 0x9010),
    takenSubSecond: text(inner, 0x9291),
    digitised: text(inner, 0x9004),
    digitisedOffset: text(inner, 0x9012),
    modified: text(outer, 0x0132),
    modifiedOffset: text(inner, 0x9010),
    gpsDay: text(place, 0x001d),
    gpsSeconds: secondsOfDay(place.tiff.numbers(place.directory.get(0x0007))),
    latitude: degrees(place, 0x0002, text(place, 0x0001), 'S'),
    longitude: degrees(place, 0x0004, text(place, 0x0003), 'W'),
    imageDescription: text(outer, 0x010e),
    userComment: decodeComment(inner.tiff.bytes(inner.directory.get(0x9286)), inner.tiff.littleEndian),
    xpTitle: wide(0x9c9b),
    xpSubject: wide(0x9c9f),
    xpComment: wide(0x9c9c),
    xpKeywords: wide(0x9c9e),
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1
  }
}

interface Located {
  readonly tiff: Tiff
  readonly directory: Directory
}

const noFields: Directory = new Map()

function pointed(tiff: Tiff, from: Directory, tag: number): Located {
  const offset = tiff.number(from.get(tag))
  return { tiff, directory: (offset === undefined ? null : tiff.directoryAt(offset)) ?? noFields }
}

function directoryOf(tiff: Tiff): Located {
  return { tiff, directory: tiff.chain()[0] ?? noFields }
}

/** Cameras pad with NUL and then whatever was in memory. */
function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

/** Degrees, minutes and seconds; a missing reference letter is north or east, as most programs read it. */
function degrees(place: Located, tag: number, reference: string | null, negative: string): number | null {
  const [whole, minutes = 0, seconds = 0] = place.tiff.numbers(place.directory.get(tag))
  if (whole === undefined) return null
  // Many phones write 0/0 for seconds that are already part of the minutes.
  const value = whole + (Number.isNaN(minutes) ? 0 : minutes) / 60 + (Number.isNaN(seconds) ? 0 : seconds) / 3600
  if (!Number.isFinite(value)) return null
  return reference?.trim().toUpperCase() === negative ? -value : value
}

/** @param time  hours, minutes, seconds; what is missing, or no number, is 0 */
function secondsOfDay(time: readonly number[]): number {
  const seconds = [3600, 60, 1].reduce((sum, each, i) => sum + each * (time[i] ?? 0), 0)
  return seconds >= 0 && seconds < 24 * 3600 ? Math.floor(seconds) : 0
}

/** UserComment begins with eight bytes that name its character set; zeros mean "unknown", and are common. */
function decodeComment(bytes: Uint8Array, littleEndian: boolean): string | null {
  if (bytes.length <= 8) return null
  const body = bytes.subarray(8)
  switch (ascii(bytes, 0, 8).replace(/[\0 ]+$/, '')) {
    case 'UNICODE':
      return decodeUtf16(body, littleEndian)
    case 'JIS':
      return new TextDecoder('iso-2022-jp').decode(untilNul(body))
    case 'ASCII':
    case '':
      return decodeWords(untilNul(body))
    default:
      return decodeWords(untilNul(bytes)) // no character set at all: some programs write the text straight away
  }
}
