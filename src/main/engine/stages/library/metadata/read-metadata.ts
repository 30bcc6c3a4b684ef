import type { ItemDate, PhotoFormat, PhotoMetadata } from '../../../base/domain.ts'
import { findBlocks } from './blocks.ts'
import { isBoilerplate } from './boilerplate.ts'
import type { ByteSource } from './bytes.ts'
import { cameraName, lensName } from './camera.ts'
import { dateInFileName, parseDate, parseMailDate, wallClock, type WrittenDate } from './date.ts'
import { readExif, type ExifFields } from './exif.ts'
import { parseIptc, type IptcWords } from './iptc.ts'
import { placeOf } from './place.ts'
import { readSidecars, type SidecarWords } from './read-sidecar.ts'
import { cleanWords } from './words.ts'
import { parseXmp, type XmpWords } from './xmp.ts'

const maxTitleLength = 500
const maxDescriptionLength = 10_000
const maxKeywordLength = 200
const maxKeywords = 300

/** The tag of what somebody starred in Picasa or Google Photos. */
const favourite = 'favourite'

interface Sources {
  readonly fileName: string
  readonly modifiedMs: number
  readonly exif: ExifFields | null
  readonly iptc: IptcWords | null
  /** What a person edited last: it corrects what the file says. */
  readonly sidecars: readonly XmpWords[]
  readonly embedded: XmpWords | null
  readonly takeout: SidecarWords['takeout']
  readonly picasa: SidecarWords['picasa']
  readonly albums: SidecarWords['albums']
  readonly named: ReadonlyMap<string, string>
}

/**
 * Everything that is said about a photo, from the file and its sidecars. Never throws for bad content: what cannot be
 * read is absent. Each answer comes from the best source that has one.
 */
export function readMetadata(
  source: ByteSource,
  format: PhotoFormat,
  file: { readonly fileName: string; readonly modifiedMs: number; readonly sidecarPaths: readonly string[] }
): PhotoMetadata {
  const blocks = findBlocks(source, format)
  const { xmp: sidecars, takeout, picasa, albums } = readSidecars(file.sidecarPaths, file.fileName)
  return combine({
    fileName: file.fileName,
    modifiedMs: file.modifiedMs,
    exif: blocks.exif === null ? null : readExif(blocks.exif),
    iptc: blocks.iptc === null ? null : parseIptc(blocks.iptc),
    sidecars,
    embedded: blocks.xmp === null ? null : parseXmp(blocks.xmp),
    takeout,
    picasa,
    albums: [...albums, ...(picasa?.albums ?? [])],
    named: blocks.named
  })
}

function combine(from: Sources): PhotoMetadata {
  const { exif, iptc, sidecars, embedded, takeout, picasa, albums, named } = from
  const xmp = [...sidecars, ...(embedded === null ? [] : [embedded])]
  const make = exif?.make ?? firstOf(xmp, words => words.make)
  const model = exif?.model ?? firstOf(xmp, words => words.model)
  const context = { make, model }
  const written = (text: string | null | undefined, maxLength: number, isFromCamera = false): string | null => {
    const words = cleanWords(text, maxLength)
    return words === null || isBoilerplate(words, { ...context, isFromCamera }) ? null : words
  }
  const firstWritten = (maxLength: number, texts: readonly (string | null | undefined)[]): string | null => {
    for (const text of texts) {
      const words = written(text, maxLength)
      if (words !== null) return words
    }
    return null
  }
  const place = placeOf(
    ...[...sidecars, exif, embedded, takeout].map(words => [words?.latitude, words?.longitude] as const)
  )
  const title = firstWritten(maxTitleLength, [
    ...xmp.map(words => words.titles[0]),
    iptc?.title,
    exif?.xpTitle,
    named.get('title'),
    ...xmp.map(words => words.headline),
    iptc?.headline
  ])
  // Headlines, and titles in a second language.
  const besideTitle = [...xmp.flatMap(words => [words.headline, ...words.titles.slice(1)]), iptc?.headline]
  return {
    date: dateFrom(from),
    latitude: place?.latitude ?? null,
    longitude: place?.longitude ?? null,
    camera: cameraName(make, model),
    lens: lensName(exif?.lens ?? firstOf(xmp, words => words.lens)),
    title,
    description: joined([
      ...xmp
        .flatMap(words => [...words.descriptions, ...words.alternatives])
        .map(one => written(one, maxDescriptionLength)),
      written(iptc?.caption, maxDescriptionLength),
      written(exif?.imageDescription, maxDescriptionLength, true),
      written(exif?.xpComment, maxDescriptionLength),
      written(exif?.xpSubject, maxDescriptionLength),
      written(exif?.userComment, maxDescriptionLength, true),
      ...xmp.flatMap(words => words.comments).map(one => written(one, maxDescriptionLength, true)),
      written(named.get('description'), maxDescriptionLength),
      written(named.get('comment'), maxDescriptionLength, true),
      written(takeout?.description, maxDescriptionLength),
      written(picasa?.caption, maxDescriptionLength),
      ...besideTitle.map(one => written(one, maxDescriptionLength)).filter(one => one !== title),
      // What image generators were asked for.
      written(named.get('parameters'), maxDescriptionLength),
      ...albums.map(({ description }) => written(description, maxDescriptionLength))
    ]),
    keywords: distinct([
      ...xmp.flatMap(words => words.keywords),
      ...(iptc?.keywords ?? []),
      ...(exif?.xpKeywords ?? '').split(';'),
      ...(takeout?.people ?? []),
      ...(picasa?.people ?? []),
      ...(picasa?.keywords ?? []),
      ...(takeout?.isFavourite === true || picasa?.isStarred === true ? [favourite] : []),
      ...xmp.flatMap(words => words.places),
      ...(iptc?.places ?? []),
      ...albums.flatMap(({ title }) => title ?? [])
    ])
  }
}

/**
 * A sidecar corrects the file; then the file's own time of capture, by EXIF, XMP and IPTC; then when it was digitised, since that
 * is the day of the scan where it is another; then what is beside the file or in its name, and GPS; then EXIF's time of last
 * change, a camera's clock that was never set, and the file's own time.
 */
function dateFrom(from: Sources): ItemDate {
  const { exif, sidecars, embedded, iptc, takeout, fileName, named, modifiedMs } = from
  const one = (source: ItemDate['source'], date: WrittenDate | null | undefined): ItemDate | null =>
    date === null || date === undefined ? null : { ...date, source }
  const firstDate = (words: readonly (XmpWords | null)[], of: 'date' | 'digitised'): WrittenDate | undefined =>
    words.flatMap(each => parseDate(each?.[of] ?? null) ?? [])[0]
  const takenMs = takeout?.takenMs ?? null
  const taken = parseDate(exif?.taken ?? null, exif?.takenOffset, exif?.takenSubSecond)
  const digitised = parseDate(exif?.digitised ?? null, exif?.digitisedOffset)
  const changed = parseDate(exif?.modified ?? null, exif?.modifiedOffset)
  const corrected = firstDate(sidecars, 'date')
  const created = named.get('creation time')?.trim() ?? ''
  return (
    one('xmp', isMoment(corrected, taken) ? null : corrected) ??
    one('exif', wasSet(taken)) ??
    one('xmp', firstDate([embedded], 'date')) ??
    one('iptc', parseDate(iptc?.date ?? null) && iptcDate(iptc)) ??
    one('exif', wasSet(digitised)) ??
    one('xmp', firstDate([...sidecars, embedded], 'digitised')) ??
    one('takeout', takenMs === null ? null : checked(takenMs)) ??
    one('file-name', dateInFileName(fileName)) ??
    one('document', parseMailDate(created) ?? parseDate(created)) ??
    one('exif', gpsDate(exif, changed)) ??
    one('exif', wasSet(changed)) ??
    one('exif', taken ?? digitised ?? changed) ?? {
      localMs: wallClock(modifiedMs),
      offsetMinutes: null,
      source: 'file'
    }
  )
}

/** Whether a sidecar says the camera's time again, perhaps in UTC: the camera knows the place's own clock. */
function isMoment(said: WrittenDate | undefined, taken: WrittenDate | null): boolean {
  if (said === undefined || taken === null) return false
  const apartMs = said.localMs - taken.localMs
  const offsetMs = ((said.offsetMinutes ?? 0) - (taken.offsetMinutes ?? 0)) * 60_000
  const isSaid = said.offsetMinutes !== null && taken.offsetMinutes !== null
  return Math.abs(apartMs) < 1000 || (isSaid && Math.abs(apartMs - offsetMs) < 1000)
}

/** Where clocks of cameras begin. */
const firstDays = [1970, 1980, 2000].map(year => Date.UTC(year, 0))
const dayMs = 24 * 3600 * 1000

/** null for a camera's clock that was never set. */
function wasSet(date: WrittenDate | null): WrittenDate | null {
  return date !== null &&
    date.precision === undefined &&
    firstDays.some(first => date.localMs >= first && date.localMs < first + dayMs)
    ? null
    : date
}

/** Weeks are counted with ten bits: receivers that have lost count are wrong by so much. */
const rolloverMs = 1024 * 7 * dayMs
const firstReceiverMs = Date.UTC(1995, 0)

/** @param changed  the time of last change: a date that a rollover before it is none */
function gpsDate(exif: ExifFields | null, changed: WrittenDate | null): WrittenDate | null {
  const day = parseDate(exif?.gpsDay ?? null)
  if (exif === null || day === null || day.localMs < firstReceiverMs) return null
  const hasLostCount = changed !== null && Math.abs(Math.abs(changed.localMs - day.localMs) - rolloverMs) < 60 * dayMs
  return hasLostCount ? null : checked(day.localMs + exif.gpsSeconds * 1000)
}

function iptcDate(iptc: IptcWords | null): WrittenDate | null {
  return parseDate(`${iptc?.date ?? ''}T${iptc?.time ?? ''}`) ?? parseDate(iptc?.date ?? null)
}

/** Through the same bounds as written dates; Takeout has 0 for photos without a date. */
function checked(utcMs: number): WrittenDate | null {
  return utcMs === 0 ? null : parseDate(new Date(wallClock(utcMs)).toISOString().slice(0, 23))
}

function firstOf<T>(list: readonly T[], pick: (one: T) => string | null): string | null {
  return list.map(pick).find(value => value !== null) ?? null
}

/**
 * Programs keep copies of one description in several places, cut or with lost accents; a person may also have written
 * different ones. Each that says something new is kept, as a paragraph of its own.
 */
function joined(texts: readonly (string | null)[]): string | null {
  const kept: string[] = []
  const letters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9\u00c0-\u{10ffff}]/gu, '')
  const bare = (text: string): string => letters(text).replace(/[^a-z0-9]/g, '')
  for (const text of texts) {
    if (text === null) continue
    const isKnown = kept.some(
      other => letters(other).includes(letters(text)) || (bare(text).length > 3 && bare(other).includes(bare(text)))
    )
    if (!isKnown) kept.push(text)
  }
  return kept.length === 0 ? null : kept.join('\n\n').slice(0, maxDescriptionLength)
}

/** In order, cleaned, each once whatever its case. */
function distinct(words: readonly string[]): readonly string[] {
  const kept = new Map<string, string>()
  for (const word of words) {
    const cleaned = cleanWords(word, maxKeywordLength)
    if (cleaned !== null && kept.size < maxKeywords && !kept.has(cleaned.toLowerCase()))
      kept.set(cleaned.toLowerCase(), cleaned)
  }
  return [...kept.values()]
}
