import { ascii, uint16, uint32, type ByteSource } from './bytes.ts'

/** A box of an ISO base media file: `start` and `end` enclose its content. */
export interface Box {
  readonly type: string
  /** 32 hex digits for a `uuid` box, else ''. */
  readonly uuid: string
  readonly start: number
  readonly end: number
}

const maxBoxes = 1000

/** The boxes between two offsets, in order. Never throws; stops where a size makes no sense. @see ISO/IEC 14496-12, 4.2 */
export function boxesIn(source: ByteSource, start = 0, end = source.sizeBytes): readonly Box[] {
  const boxes: Box[] = []
  let at = start
  while (at + 8 <= end && boxes.length < maxBoxes) {
    const head = source.read(at, 32)
    let size = uint32(head, 0)
    let headBytes = 8
    if (size === 1) {
      size = uint32(head, 8) * 2 ** 32 + uint32(head, 12)
      headBytes = 16
    } else if (size === 0) size = end - at
    const type = ascii(head, 4, 4)
    const uuid = type === 'uuid' ? Buffer.from(head.subarray(headBytes, headBytes + 16)).toString('hex') : ''
    if (type === 'uuid') headBytes += 16
    if (head.length < headBytes || size < headBytes || at + size > end) break
    boxes.push({ type, uuid, start: at + headBytes, end: at + size })
    at += size
  }
  return boxes
}

/** EXIF and XMP items, the ICC profile, and whether a HEIF file turns or mirrors its picture by itself (irot, imir). */
export interface HeifParts {
  readonly exif: { readonly start: number; readonly length: number } | null
  readonly xmp: { readonly start: number; readonly length: number } | null
  readonly icc: { readonly start: number; readonly length: number } | null
  readonly isTurned: boolean
}

/** @see ISO/IEC 23008-12, annex A (Exif, XMP); ISO/IEC 14496-12, 8.11.3 (iloc), 8.11.6 (iinf), 12.1.5 (colr) */
export function heifParts(source: ByteSource): HeifParts {
  const meta = boxesIn(source).find(box => box.type === 'meta')
  if (meta === undefined) return { exif: null, xmp: null, icc: null, isTurned: false }
  const inMeta = boxesIn(source, meta.start + 4, meta.end)
  const [iinf, iloc, idat, iprp] = ['iinf', 'iloc', 'idat', 'iprp'].map(type => inMeta.find(box => box.type === type))
  const types = itemTypes(source, iinf)
  const places = itemPlaces(source, iloc, idat)
  const properties = itemProperties(source, iprp)
  const placeOf = (type: string): HeifParts['exif'] => {
    const id = types.find(item => item.type === type)?.id
    return id === undefined ? null : (places.get(id) ?? null)
  }
  return {
    exif: placeOf('Exif'),
    xmp: placeOf('mime'),
    icc: iccProfile(source, properties),
    isTurned: properties.some(({ type }) => type === 'irot' || type === 'imir')
  }
}

function itemTypes(source: ByteSource, iinf: Box | undefined): { id: number; type: string }[] {
  if (iinf === undefined) return []
  const version = source.read(iinf.start, 1)[0] ?? 0
  return boxesIn(source, iinf.start + (version === 0 ? 6 : 8), iinf.end).flatMap(box => {
    const head = source.read(box.start, 24)
    if (box.type !== 'infe' || head.length < 12) return []
    if (head[0] === 2) return [{ id: uint16(head, 4), type: ascii(head, 8, 4) }]
    if (head[0] === 3) return [{ id: uint32(head, 4), type: ascii(head, 10, 4) }]
    return []
  })
}

function itemPlaces(
  source: ByteSource,
  iloc: Box | undefined,
  idat: Box | undefined
): Map<number, { start: number; length: number }> {
  const places = new Map<number, { start: number; length: number }>()
  if (iloc === undefined) return places
  const bytes = source.read(iloc.start, Math.min(iloc.end - iloc.start, 1024 * 1024))
  const version = bytes[0] ?? 0
  const sizes = [
    (bytes[4] ?? 0) >> 4,
    (bytes[4] ?? 0) & 15,
    (bytes[5] ?? 0) >> 4,
    version > 0 ? (bytes[5] ?? 0) & 15 : 0
  ]
  const [offsetSize = 0, lengthSize = 0, baseSize = 0, indexSize = 0] = sizes
  let at = 6
  const number = (size: number): number => {
    at += size
    if (size === 8) return uint32(bytes, at - 8) * 2 ** 32 + uint32(bytes, at - 4)
    return size === 4 ? uint32(bytes, at - 4) : size === 2 ? uint16(bytes, at - 2) : 0
  }
  const count = number(version < 2 ? 2 : 4)
  for (let i = 0; i < count && at < bytes.length; i++) {
    const id = number(version < 2 ? 2 : 4)
    const method = version > 0 ? number(2) & 15 : 0
    number(2) // data reference: this file
    const base = number(baseSize)
    const extents = number(2)
    for (let j = 0; j < extents && at < bytes.length; j++) {
      number(indexSize)
      const start = base + number(offsetSize) + (method === 1 ? (idat?.start ?? 0) : 0)
      const length = number(lengthSize)
      // One extent is what every writer makes; metadata in pieces is not worth joining.
      if (j === 0 && method < 2) places.set(id, { start, length })
    }
  }
  return places
}

function itemProperties(source: ByteSource, iprp: Box | undefined): readonly Box[] {
  const ipco = iprp === undefined ? undefined : boxesIn(source, iprp.start, iprp.end).find(box => box.type === 'ipco')
  return ipco === undefined ? [] : boxesIn(source, ipco.start, ipco.end)
}

function iccProfile(source: ByteSource, properties: readonly Box[]): HeifParts['icc'] {
  const isProfile = (box: Box): boolean =>
    box.type === 'colr' && /^(?:prof|rICC)$/.test(ascii(source.read(box.start, 4)))
  const profile = properties.find(isProfile)
  return profile === undefined ? null : { start: profile.start + 4, length: profile.end - profile.start - 4 }
}
