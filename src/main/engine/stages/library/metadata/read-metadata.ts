import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { ItemDate, PhotoFormat, PhotoMetadata } from '../../../base/domain.ts'
import { findBlocks } from './blocks.ts'
import { isBoilerplate } from './boilerplate.ts'
import type { ByteSource } from './bytes.ts'
import { cameraName, lensName } from './camera.ts'
import { dateInFileName, parseDate, wallClock, type WrittenDate } from './date.ts'
import { readExif, type ExifFields } from './exif.ts'
import { parseIptc, type IptcWords } from './iptc.ts'
import { decimalDegrees, placeOf } from './place.ts'
import { parseTakeout, type TakeoutWords } from './takeout.ts'
import { cleanWords } from './words.ts'
import { parseXmp, type XmpWords } from './xmp.ts'

const maxTitleLength = 500
const maxDescriptionLength = 10_000
const maxKeywordLength = 200
const maxKeywords = 300
const maxSidecarBytes = 4 * 1024 * 1024

interface Sources {
  readonly fileName: string
  readonly modifiedMs: number
  readonly exif: ExifFields | null
  readonly iptc: IptcWords | null
  /** Sidecar first: it is what a person edited last. */
  readonly xmp: readonly XmpWords[]
  readonly takeout: TakeoutWords | null
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
  const sidecars = file.sidecarPaths.map(readSidecar)
  const embedded = blocks.xmp === null ? null : parseXmp(blocks.xmp)
  return combine({
    fileName: file.fileName,
    modifiedMs: file.modifiedMs,
    exif: blocks.exif === null ? null : readExif(blocks.exif),
    iptc: blocks.iptc === null ? null : parseIptc(blocks.iptc),
    xmp: [...sidecars.map(sidecar => sidecar.xmp), embedded].filter(words => words !== null),
    takeout: sidecars.map(sidecar => sidecar.takeout).find(words => words !== null) ?? null,
    named: blocks.named
  })
}

function readSidecar(path: string): { xmp: XmpWords | null; takeout: TakeoutWords | null } {
  let bytes: Uint8Array
  try {
    if (statSync(path).size > maxSidecarBytes) return { xmp: null, takeout: null }
    bytes = readFileSync(path)
  } catch {
    return { xmp: null, takeout: null } // gone since the scan: the next scan sees the change and describes the photo again
  }
  const isTakeout = basename(path).toLowerCase().endsWith('.json')
  return isTakeout ? { xmp: null, takeout: parseTakeout(bytes) } : { xmp: parseXmp(bytes), takeout: null }
}

function combine(from: Sources): PhotoMetadata {
  const { exif, iptc, xmp, takeout, named } = from
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
    [exif?.latitude, exif?.longitude],
    ...xmp.map(words => [decimalDegrees(words.latitude), decimalDegrees(words.longitude)] as const),
    [takeout?.latitude, takeout?.longitude]
  )
  return {
    date: dateFrom(from),
    latitude: place?.latitude ?? null,
    longitude: place?.longitude ?? null,
    camera: cameraName(make, model),
    lens: lensName(exif?.lens ?? firstOf(xmp, words => words.lens)),
    title: firstWritten(maxTitleLength, [
      ...xmp.map(words => words.title),
      iptc?.title,
      exif?.xpTitle,
      named.get('title'),
      ...xmp.map(words => words.headline),
      iptc?.headline
    ]),
    description: joined([
      ...xmp.map(words => written(words.description, maxDescriptionLength)),
      written(iptc?.caption, maxDescriptionLength),
      written(exif?.imageDescription, maxDescriptionLength, true),
      written(exif?.xpComment, maxDescriptionLength),
      written(exif?.xpSubject, maxDescriptionLength),
      written(exif?.userComment, maxDescriptionLength, true),
      written(named.get('description'), maxDescriptionLength),
      written(named.get('comment'), maxDescriptionLength),
      written(takeout?.description, maxDescriptionLength)
    ]),
    keywords: distinct([
      ...xmp.flatMap(words => words.keywords),
      ...(iptc?.keywords ?? []),
      ...(exif?.xpKeywords ?? '').split(';'),
      ...(takeout?.people ?? [])
    ])
  }
}

/** EXIF's time of capture, then XMP, IPTC, Takeout, the file's name; EXIF's time of last change only before the file's own. */
function dateFrom({ exif, xmp, iptc, takeout, fileName, modifiedMs }: Sources): ItemDate {
  const from = (source: ItemDate['source'], date: WrittenDate | null | undefined): ItemDate | null =>
    date === null || date === undefined ? null : { ...date, source }
  const takenMs = takeout?.takenMs ?? null
  return (
    from('exif', parseDate(exif?.taken ?? null, exif?.takenOffset, exif?.takenSubSecond)) ??
    from('exif', parseDate(exif?.digitised ?? null, exif?.digitisedOffset)) ??
    from(
      'xmp',
      xmp.map(words => parseDate(words.date)).find(date => date !== null)
    ) ??
    from('iptc', parseDate(iptc?.date ?? null) && iptcDate(iptc)) ??
    from('takeout', takenMs === null ? null : checked(takenMs)) ??
    from('file-name', dateInFileName(fileName)) ??
    from('exif', parseDate(exif?.modified ?? null, exif?.modifiedOffset)) ?? {
      localMs: wallClock(modifiedMs),
      offsetMinutes: null,
      source: 'file'
    }
  )
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
