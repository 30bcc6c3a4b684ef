import { ascii, bytesOf, openBytes, partOf, uint16, uint32, type ByteSource } from '../metadata/bytes.ts'
import { boxesIn } from '../metadata/boxes.ts'
import { Tiff } from '../metadata/tiff.ts'
import { findBlocks } from '../metadata/blocks.ts'
import { readExif } from '../metadata/exif.ts'
import { decodeWithSharp, type Decoded, type SizeRule } from './decode.ts'
import { exiftoolPreviews } from './exiftool.ts'
import { upright } from './upright.ts'
import { PhotoFailure, type PhotoLimits } from './limits.ts'

/** Where a JPEG may lie in a file. */
export interface Span {
  readonly start: number
  readonly length: number
}

/** A full-size preview of a 100 MP camera has 60 MB. */
const maxPreviewBytes = 128 * 1024 * 1024

/**
 * Decodes a camera's RAW file by the largest JPEG that the camera put into it: what the photographer saw. The places where
 * nearly all makers keep it are read directly, in milliseconds; ExifTool knows the rest. A preview without an orientation of
 * its own has the RAW file's.
 *
 * @throws PhotoFailure no-preview, too-many-pixels
 */
export async function decodeRaw(input: string | Uint8Array, limits: PhotoLimits, sizeRule: SizeRule): Promise<Decoded> {
  const { previews, orientation, hasSmallPicture } = withSource(input, survey)
  const decoded = await firstDecoded(previews, orientation, limits, sizeRule)
  if (decoded !== null) return decoded
  const noPreview = new PhotoFailure(
    'no-preview',
    'This RAW file holds no preview picture, which is what Reverie shows of RAW files.'
  )
  // ExifTool reads files; what was dropped or pasted has to do without.
  const more = typeof input === 'string' ? await exiftoolPreviews(input, limits) : []
  const found = await firstDecoded(more, orientation, limits, sizeRule)
  if (found !== null) return found
  if (!hasSmallPicture) throw noPreview
  return decodeWithSharp(input, limits, sizeRule).catch(() => {
    throw noPreview
  })
}

interface Survey {
  /** Largest first. */
  readonly previews: readonly Uint8Array[]
  readonly orientation: number
  /** Some DNG files hold an uncompressed small picture as their first directory, which reads like a TIFF. */
  readonly hasSmallPicture: boolean
}

function survey(source: ByteSource): Survey {
  const { exif } = findBlocks(source, 'raw')
  const first = exif?.main.chain()[0]
  const photometric = exif?.main.number(first?.get(0x0106))
  return {
    previews: previewSpans(source)
      .toSorted((a, b) => b.length - a.length)
      .slice(0, 4)
      .map(span => source.read(span.start, span.length)),
    orientation: exif === null ? 1 : readExif(exif).orientation,
    hasSmallPicture: exif?.main.magic === 42 && photometric !== undefined && [1, 2, 6].includes(photometric)
  }
}

function withSource<T>(input: string | Uint8Array, look: (source: ByteSource) => T): T {
  if (typeof input !== 'string') return look(bytesOf(input))
  const source = openBytes(input)
  try {
    return look(source)
  } finally {
    source.close()
  }
}

async function firstDecoded(
  previews: readonly Uint8Array[],
  orientation: number,
  limits: PhotoLimits,
  sizeRule: SizeRule
): Promise<Decoded | null> {
  for (const preview of previews) {
    if (!isOrdinaryJpeg(bytesOf(preview))) continue
    const own = findBlocks(bytesOf(preview), 'jpeg').exif
    try {
      const decoded = await decodeWithSharp(preview, limits, sizeRule)
      const knowsItsOwn = own?.main.chain()[0]?.has(0x0112) === true
      return knowsItsOwn ? decoded : upright(decoded, orientation)
    } catch (cause) {
      if (!(cause instanceof PhotoFailure) || cause.code !== 'corrupt') throw cause
      // Damaged: the next smaller preview may be whole.
    }
  }
  return null
}

/** Every place where a JPEG may lie, unchecked and in no order. */
export function previewSpans(source: ByteSource): readonly Span[] {
  const spans =
    ascii(source.read(0, 8)) === 'FUJIFILM'
      ? inRaf(source)
      : ascii(source.read(4, 4)) === 'ftyp'
        ? inCr3(source)
        : inTiffLike(source)
  return spans.filter(
    ({ start, length }) => length > 100 && length <= maxPreviewBytes && isOrdinaryJpeg(partOf(source, start, length))
  )
}

/** @see the RAF header as documented by LibRaw and ExifTool: JPEG offset and length at byte 84 */
function inRaf(source: ByteSource): Span[] {
  const at = source.read(84, 8)
  return [{ start: uint32(at, 0), length: uint32(at, 4) }]
}

/** Canon's CR3: a PRVW box of about 1,600 px, and the full-size JPEG as the first track. @see lclevy/canon_cr3 */
function inCr3(source: ByteSource): Span[] {
  const boxes = boxesIn(source)
  const preview = boxes
    .filter(box => box.uuid === 'eaf42b5e1c984b88b9fbb7dc406e4d16')
    .flatMap(box => boxesIn(source, box.start + 8, box.end))
    .filter(box => box.type === 'PRVW')
    .map(box => ({ start: box.start + 16, length: uint32(source.read(box.start + 12, 4), 0) }))
  const moov = boxes.find(box => box.type === 'moov')
  const tracks = moov === undefined ? [] : boxesIn(source, moov.start, moov.end).filter(box => box.type === 'trak')
  const full = tracks.slice(0, 4).flatMap(track => {
    let inside = boxesIn(source, track.start, track.end)
    for (const type of ['mdia', 'minf', 'stbl']) {
      const next = inside.find(box => box.type === type)
      inside = next === undefined ? [] : boxesIn(source, next.start, next.end)
    }
    const size = inside.find(box => box.type === 'stsz')
    const place = inside.find(box => box.type === 'co64')
    if (size === undefined || place === undefined) return []
    const sizes = source.read(size.start + 4, 12)
    const offset = source.read(place.start + 8, 8)
    const start = uint32(offset, 0) * 2 ** 32 + uint32(offset, 4)
    return [{ start, length: uint32(sizes, 0) || uint32(sizes, 8) }]
  })
  return [...preview, ...full]
}

/** NEF, NRW, CR2, ARW, DNG, PEF, SRW, RW2, ORF and others: JPEGs hang in the tree of directories under three kinds of tags. */
function inTiffLike(source: ByteSource): Span[] {
  const tiff = Tiff.open(source)
  if (tiff === null) return []
  const spans = tiff.all().flatMap(directory => {
    const number = (tag: number): number => tiff.number(directory.get(tag)) ?? 0
    const panasonic = directory.get(0x002e)
    const strips = directory.get(0x0111)
    const compression = number(0x0103)
    return [
      { start: number(0x0201), length: number(0x0202) },
      ...(panasonic === undefined || tiff.magic !== 0x55
        ? []
        : [{ start: panasonic.valueOffset, length: panasonic.count }]),
      ...(strips?.count === 1 && (compression === 6 || compression === 7)
        ? [{ start: number(0x0111), length: number(0x0117) }]
        : [])
    ]
  })
  return [...spans, ...inOlympusNote(tiff)]
}

/**
 * Olympus and OM System keep the preview in the maker note: CameraSettings (0x2020) has PreviewImageStart (0x101) and
 * PreviewImageLength (0x102). Offsets count from the maker note.
 */
function inOlympusNote(tiff: Tiff): Span[] {
  const exif = tiff.directoryAt(tiff.number(tiff.chain()[0]?.get(0x8769)) ?? 0)
  const noteAt = exif?.get(0x927c)?.valueOffset ?? 0
  const name = ascii(tiff.source.read(noteAt, 10))
  const headBytes = name.startsWith('OLYMPUS\0II') ? 12 : name === 'OM SYSTEM\0' ? 16 : 0
  if (headBytes === 0) return []
  const note = partOf(tiff.source, noteAt)
  const littleEndian = new Uint8Array([0x49, 0x49, 42, 0, 0, 0, 0, 0])
  const block = Tiff.open({
    sizeBytes: note.sizeBytes,
    read: (offset, length) => (offset === 0 ? littleEndian : note.read(offset, length))
  })
  const settings = block?.directoryAt(block.number(block.directoryAt(headBytes)?.get(0x2020)) ?? 0)
  const start = block?.number(settings?.get(0x0101))
  const length = block?.number(settings?.get(0x0102))
  return start === undefined || length === undefined ? [] : [{ start: noteAt + start, length }]
}

/** Baseline or progressive, which every decoder reads; the sensor's data may be a lossless JPEG, which none does. */
export function isOrdinaryJpeg(source: ByteSource): boolean {
  const head = source.read(0, 3)
  if (head[0] !== 0xff || head[1] !== 0xd8 || head[2] !== 0xff) return false
  let at = 2
  for (let i = 0; i < 500; i++) {
    const marker = source.read(at, 4)
    if (marker.length < 4 || marker[0] !== 0xff) return false
    const kind = marker[1] ?? 0
    if (kind >= 0xc0 && kind <= 0xc2) return true
    if (
      (kind > 0xc2 && kind <= 0xcf && kind !== 0xc4 && kind !== 0xc8 && kind !== 0xcc) ||
      kind === 0xda ||
      kind === 0xd9
    )
      return false
    at += kind === 0xff ? 1 : 2 + uint16(marker, 2)
  }
  return false
}
