import { inflateSync } from 'node:zlib'
import type { PhotoFormat } from '../../../base/domain.ts'
import { boxesIn, heifParts } from './boxes.ts'
import { ascii, bytesOf, partOf, uint16, uint32, type ByteSource } from './bytes.ts'
import { iptcInPhotoshop } from './iptc.ts'
import { Tiff } from './tiff.ts'
import type { ExifBlocks } from './exif.ts'
import { decodeWords } from './words.ts'

/** Where a picture file keeps what is said about it. */
export interface MetadataBlocks {
  readonly exif: ExifBlocks | null
  readonly iptc: Uint8Array | null
  readonly xmp: Uint8Array | null
  /** Text that PNG, GIF and JPEG keep under names of their own: `Title`, `Description`, `Comment`, in lower case. */
  readonly named: ReadonlyMap<string, string>
}

const nothing: MetadataBlocks = { exif: null, iptc: null, xmp: null, named: new Map() }
const maxSegments = 2000
const maxBlockBytes = 4 * 1024 * 1024

/** Finds the blocks by walking the file's own structure; picture data is skipped, not read. Never throws for bad content. */
export function findBlocks(source: ByteSource, format: PhotoFormat): MetadataBlocks {
  switch (format) {
    case 'jpeg':
      return inJpeg(source)
    case 'png':
      return inPng(source)
    case 'webp':
      return inWebp(source)
    case 'gif':
      return inGif(source)
    case 'heic':
    case 'avif':
      return inHeif(source)
    case 'tiff':
      return inTiff(source)
    case 'raw':
      return inRaw(source)
    case 'bmp':
      return nothing
  }
}

function exifBlock(source: ByteSource): ExifBlocks | null {
  const main = Tiff.open(source)
  return main === null ? null : { main }
}

function inJpeg(source: ByteSource): MetadataBlocks {
  const exif: Uint8Array[] = []
  const photoshop: Uint8Array[] = []
  const named = new Map<string, string>()
  let xmp: Uint8Array | null = null
  let at = 2
  for (let i = 0; i < maxSegments; i++) {
    const head = source.read(at, 4)
    const marker = head[1] ?? 0
    if (head.length < 4 || head[0] !== 0xff || marker === 0xda || marker === 0xd9) break
    if (marker === 0xff) {
      at++ // fill byte
      continue
    }
    const length = uint16(head, 2)
    if (length < 2) break
    if (marker === 0xfe && !named.has('comment')) named.set('comment', decodeWords(source.read(at + 4, length - 2)))
    else if (marker === 0xe1 || marker === 0xed) {
      const body = source.read(at + 4, length - 2)
      const name = ascii(body, 0, 29)
      // A block of more than 64 KiB goes on in a second segment, which then does not begin with a TIFF header.
      if (name.startsWith('Exif\0')) {
        if (exif.length === 0 || Tiff.open(bytesOf(body.subarray(6))) === null) exif.push(body.slice(6))
      } else if (name === 'http://ns.adobe.com/xap/1.0/\0') xmp ??= body.slice(29)
      else if (name.startsWith('Photoshop 3.0\0')) photoshop.push(body.slice(14))
    }
    at += 2 + length
  }
  return {
    exif: exif.length === 0 ? null : exifBlock(bytesOf(Buffer.concat(exif))),
    iptc: photoshop.length === 0 ? null : iptcInPhotoshop(Buffer.concat(photoshop)),
    xmp,
    named
  }
}

function inTiff(source: ByteSource): MetadataBlocks {
  const exif = exifBlock(source)
  const first = exif?.main.chain()[0]
  if (exif === null || first === undefined) return nothing
  const bytes = (tag: number): Uint8Array | null => {
    const value = exif.main.bytes(first.get(tag))
    return value.length > 0 ? value : null
  }
  const resources = bytes(0x8649)
  return {
    exif,
    iptc: bytes(0x83bb) ?? (resources === null ? null : iptcInPhotoshop(resources)),
    xmp: bytes(0x02bc),
    named: new Map()
  }
}

/** Most RAW files are TIFF inside; Fujifilm's have their EXIF in the preview, Canon's CR3 in boxes. */
function inRaw(source: ByteSource): MetadataBlocks {
  if (ascii(source.read(0, 8)) === 'FUJIFILM') {
    const at = source.read(84, 8)
    return inJpeg(partOf(source, uint32(at, 0), uint32(at, 4)))
  }
  if (ascii(source.read(4, 4)) !== 'ftyp') return inTiff(source)
  const moov = boxesIn(source).find(box => box.type === 'moov')
  const canon =
    moov && boxesIn(source, moov.start, moov.end).find(box => box.uuid === '85c0b687820f11e08111f4ce462b6a48')
  const blocks = canon ? boxesIn(source, canon.start, canon.end) : []
  const tiff = (type: string): Tiff | undefined => {
    const box = blocks.find(one => one.type === type)
    return box === undefined ? undefined : (Tiff.open(partOf(source, box.start, box.end - box.start)) ?? undefined)
  }
  const main = tiff('CMT1')
  const xmp = boxesIn(source).find(box => box.uuid === 'be7acfcb97a942e89c71999491e3afac')
  return {
    ...nothing,
    exif: main === undefined ? null : { main, exif: tiff('CMT2'), gps: tiff('CMT4') },
    xmp: xmp === undefined ? null : source.read(xmp.start, Math.min(xmp.end - xmp.start, maxBlockBytes))
  }
}

function inHeif(source: ByteSource): MetadataBlocks {
  const { exif, xmp } = heifParts(source)
  // The item begins with the distance to the TIFF header, most often 6 for the `Exif\0\0` in between.
  const skip = exif === null ? 0 : 4 + uint32(source.read(exif.start, 4), 0)
  return {
    ...nothing,
    exif: exif === null ? null : exifBlock(partOf(source, exif.start + skip, exif.length - skip)),
    xmp: xmp === null || xmp.length > maxBlockBytes ? null : source.read(xmp.start, xmp.length)
  }
}

function inWebp(source: ByteSource): MetadataBlocks {
  let exif: ExifBlocks | null = null
  let xmp: Uint8Array | null = null
  let at = 12
  for (let i = 0; i < maxSegments && at + 8 <= source.sizeBytes; i++) {
    const head = source.read(at, 8)
    const size = uint32(head, 4, true)
    const type = ascii(head, 0, 4)
    if (type === 'EXIF') {
      const skip = ascii(source.read(at + 8, 6)) === 'Exif\0\0' ? 6 : 0
      exif = exifBlock(partOf(source, at + 8 + skip, size - skip))
    } else if (type === 'XMP ' && size <= maxBlockBytes) xmp = source.read(at + 8, size)
    at += 8 + size + (size % 2)
  }
  return { ...nothing, exif, xmp }
}

function inPng(source: ByteSource): MetadataBlocks {
  const named = new Map<string, string>()
  let exif: ExifBlocks | null = null
  let iptc: Uint8Array | null = null
  let xmp: Uint8Array | null = null
  let at = 8
  for (let i = 0; i < maxSegments && at + 8 <= source.sizeBytes; i++) {
    const head = source.read(at, 8)
    const size = uint32(head, 0)
    const type = ascii(head, 4, 4)
    if (type === 'IEND') break
    if (type === 'eXIf') exif = exifBlock(partOf(source, at + 8, size))
    else if ((type === 'tEXt' || type === 'zTXt' || type === 'iTXt') && size <= maxBlockBytes) {
      const text = pngText(type, source.read(at + 8, size))
      const profile = text === null ? null : rawProfile(text)
      if (text?.name === 'xml:com.adobe.xmp') xmp = text.value
      else if (profile !== null) {
        if (profile.kind === 'iptc' || profile.kind === '8bim') iptc ??= iptcInPhotoshop(profile.bytes)
        else if (profile.kind === 'xmp') xmp ??= profile.bytes
        else if (ascii(profile.bytes, 0, 6) === 'Exif\0\0') exif ??= exifBlock(bytesOf(profile.bytes.subarray(6)))
      } else if (text !== null)
        named.set(text.name, new TextDecoder(type === 'iTXt' ? 'utf-8' : 'windows-1252').decode(text.value))
    }
    at += 12 + size
  }
  return { ...nothing, exif, iptc, xmp, named }
}

/** Before PNG had a place for them, ImageMagick wrote the blocks of other formats as text: the kind, the length, hexadecimal digits. */
function rawProfile({ name, value }: { name: string; value: Uint8Array }): { kind: string; bytes: Uint8Array } | null {
  const kind = /^raw profile type (exif|app1|iptc|8bim|xmp)$/.exec(name)?.[1]
  if (kind === undefined) return null
  const digits = /^\s*\S+\s+\d+\s+([\da-f\s]+)$/i.exec(ascii(value, 0, value.length))?.[1] ?? ''
  return { kind, bytes: Buffer.from(digits.replace(/\s+/g, ''), 'hex') }
}

/** @see PNG (third edition), 11.3.3: name NUL, then per type: compression, language and translated name, text */
function pngText(type: string, body: Uint8Array): { name: string; value: Uint8Array } | null {
  const end = body.indexOf(0)
  if (end < 1) return null
  const name = ascii(body, 0, end).toLowerCase()
  if (type === 'tEXt') return { name, value: body.subarray(end + 1) }
  if (type === 'zTXt') return inflated(name, body.subarray(end + 2))
  const language = body.indexOf(0, end + 3)
  const translated = language < 0 ? -1 : body.indexOf(0, language + 1)
  if (translated < 0) return null
  const value = body.subarray(translated + 1)
  return body[end + 1] === 1 ? inflated(name, value) : { name, value }
}

function inflated(name: string, packed: Uint8Array): { name: string; value: Uint8Array } | null {
  try {
    return { name, value: inflateSync(packed, { maxOutputLength: maxBlockBytes }) }
  } catch {
    return null // damaged or a compression bomb: this text is absent, the picture is not affected
  }
}

function inGif(source: ByteSource): MetadataBlocks {
  const named = new Map<string, string>()
  let xmp: Uint8Array | null = null
  const table = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1))
  let at = 13 + table(source.read(10, 1)[0] ?? 0)
  for (let i = 0; i < maxSegments; i++) {
    const head = source.read(at, 14)
    if (head[0] === 0x2c) {
      at = afterSubBlocks(source, at + 11 + table(head[9] ?? 0)).end
    } else if (head[0] === 0x21) {
      const isXmp = head[1] === 0xff && ascii(head, 3, 11) === 'XMP DataXMP'
      const start = at + (isXmp || head[1] === 0xff ? 14 : 2)
      const { end, text } = afterSubBlocks(source, start)
      if (head[1] === 0xfe && !named.has('comment')) named.set('comment', new TextDecoder().decode(text))
      // The packet is not cut into blocks: it stands there whole, before 258 bytes that make the lengths come out right.
      if (isXmp) xmp = source.read(start, Math.max(0, Math.min(end - start - 258, maxBlockBytes)))
      at = end
    } else break
  }
  return { ...nothing, xmp, named }
}

function afterSubBlocks(source: ByteSource, start: number): { end: number; text: Uint8Array } {
  const parts: Uint8Array[] = []
  let at = start
  for (;;) {
    const length = source.read(at, 1)[0]
    if (length === undefined || length === 0) return { end: at + 1, text: Buffer.concat(parts) }
    if (parts.length < 64) parts.push(source.read(at + 1, length))
    at += 1 + length
  }
}
