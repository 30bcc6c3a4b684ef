import { uint16, uint32 } from '../metadata/bytes.ts'
import type { RawPicture } from './decode.ts'
import { checkDimensions, PhotoFailure, type PhotoLimits } from './limits.ts'

interface Header {
  readonly widthPx: number
  readonly heightPx: number
  readonly isTopDown: boolean
  readonly bits: number
  readonly compression: number
  /** Red, green, blue, alpha. */
  readonly masks: readonly [number, number, number, number]
  /** Three bytes a colour: blue, green, red; `paletteStep` bytes apart. */
  readonly palette: Uint8Array
  readonly paletteStep: number
  readonly pixelsAt: number
}

const uncompressed = 0
const rle8 = 1
const rle4 = 2
const bitFields = 3
const alphaBitFields = 6

/**
 * Decodes a BMP: 1, 2, 4, 8, 16, 24 and 32 bits, palettes, bit fields, RLE4 and RLE8, bottom-up and top-down, OS/2 and
 * Windows headers. Strict about what memory it takes, forgiving about what viewers forgive: pixels that are missing are
 * black. The libvips inside sharp has no BMP reader, and the readers on npm are unmaintained or do less.
 *
 * @throws PhotoFailure
 * @see Microsoft, "Bitmap Storage"; J. Summers, BMP Suite
 */
export function decodeBmp(bytes: Uint8Array, limits: PhotoLimits): RawPicture {
  const header = readHeader(bytes, limits)
  if (header.pixelsAt >= bytes.length) throw damaged('it ends before its pixels begin')
  if (header.compression === rle8 || header.compression === rle4) return decodeRuns(bytes, header)
  return header.bits <= 8 ? decodePalette(bytes, header) : decodeColours(bytes, header)
}

function readHeader(bytes: Uint8Array, limits: PhotoLimits): Header {
  const headerBytes = uint32(bytes, 14, true)
  const isOs2 = headerBytes === 12
  if (!isOs2 && (headerBytes < 16 || headerBytes > 124 || headerBytes % 4 !== 0))
    throw damaged(`its header has the size ${headerBytes}`)
  const widthPx = isOs2 ? uint16(bytes, 18, true) : uint32(bytes, 18, true) | 0
  const height = isOs2 ? uint16(bytes, 20, true) : uint32(bytes, 22, true) | 0
  checkDimensions(widthPx, Math.abs(height), limits)
  const bits = uint16(bytes, isOs2 ? 24 : 28, true)
  const compression = headerBytes >= 20 ? uint32(bytes, 30, true) : uncompressed
  if (![1, 2, 4, 8, 16, 24, 32].includes(bits)) throw damaged(`it says that it has ${bits} bits per pixel`)
  const fits =
    compression === uncompressed ||
    (compression === rle8 && bits === 8 && height > 0) ||
    (compression === rle4 && bits === 4 && height > 0) ||
    ((compression === bitFields || compression === alphaBitFields) && (bits === 16 || bits === 32))
  if (!fits)
    throw new PhotoFailure(
      'unsupported-format',
      `This BMP picture is compressed in a way that Reverie cannot read (method ${compression}).`
    )

  const masksAfterHeader =
    headerBytes === 40 ? (compression === bitFields ? 12 : compression === alphaBitFields ? 16 : 0) : 0
  const paletteAt = 14 + headerBytes + masksAfterHeader
  const paletteStep = isOs2 ? 3 : 4
  const stored = headerBytes >= 36 ? uint32(bytes, 46, true) : 0
  const colours = bits > 8 ? 0 : stored > 0 && stored <= 256 ? stored : 2 ** bits
  const pixelsAt = uint32(bytes, 10, true)
  // Files exist whose palette is shorter than they say; it never reaches into the pixels.
  const paletteEnd = Math.min(paletteAt + colours * paletteStep, pixelsAt > paletteAt ? pixelsAt : bytes.length)
  return {
    widthPx,
    heightPx: Math.abs(height),
    isTopDown: height < 0,
    bits,
    compression,
    masks: readMasks(bytes, headerBytes, compression, bits),
    palette: bytes.subarray(paletteAt, paletteEnd),
    paletteStep,
    pixelsAt
  }
}

function readMasks(bytes: Uint8Array, headerBytes: number, compression: number, bits: number): Header['masks'] {
  if (compression !== bitFields && compression !== alphaBitFields)
    return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0]
  const hasAlpha = headerBytes >= 56 || compression === alphaBitFields
  return [
    uint32(bytes, 54, true),
    uint32(bytes, 58, true),
    uint32(bytes, 62, true),
    hasAlpha ? uint32(bytes, 66, true) : 0
  ]
}

function decodePalette(bytes: Uint8Array, header: Header): RawPicture {
  const { widthPx, heightPx, bits } = header
  const data = new Uint8Array(widthPx * heightPx * 3)
  const rowBytes = Math.ceil((widthPx * bits) / 32) * 4
  const perByte = 8 / bits
  const mask = 2 ** bits - 1
  for (let y = 0; y < heightPx; y++) {
    const from = header.pixelsAt + y * rowBytes
    if (from >= bytes.length) break
    let to = rowOf(header, y) * widthPx * 3
    for (let x = 0; x < widthPx; x++, to += 3) {
      const shift = 8 - bits - (x % perByte) * bits
      putColour(header, ((bytes[from + Math.floor(x / perByte)] ?? 0) >> shift) & mask, data, to)
    }
  }
  return { widthPx, heightPx, channels: 3, data }
}

function decodeColours(bytes: Uint8Array, header: Header): RawPicture {
  const { widthPx, heightPx, bits, masks } = header
  const step = bits / 8
  const rowBytes = Math.ceil((widthPx * step) / 4) * 4
  const channels = masks[3] === 0 ? 3 : 4
  const data = new Uint8Array(widthPx * heightPx * channels)
  const scales = masks.map(scaleOf)
  for (let y = 0; y < heightPx; y++) {
    let from = header.pixelsAt + y * rowBytes
    if (from >= bytes.length) break
    let to = rowOf(header, y) * widthPx * channels
    for (let x = 0; x < widthPx; x++, from += step, to += channels) {
      const value =
        step === 2 ? uint16(bytes, from, true) : step === 4 ? uint32(bytes, from, true) : uint24(bytes, from)
      for (let c = 0; c < channels; c++) {
        const { shift, max } = scales[c] ?? { shift: 0, max: 0 }
        data[to + c] = max === 0 ? 0 : Math.round((((value & (masks[c] ?? 0)) >>> shift) * 255) / max)
      }
    }
  }
  return { widthPx, heightPx, channels, data }
}

/** Runs of one byte, literal stretches, and jumps; all may be wrong, and none may write outside the picture. */
function decodeRuns(bytes: Uint8Array, header: Header): RawPicture {
  const { widthPx, heightPx, compression } = header
  const data = new Uint8Array(widthPx * heightPx * 3)
  const isNibbles = compression === rle4
  let at = header.pixelsAt
  let x = 0
  let y = 0
  const put = (byte: number, i: number): void => {
    const index = isNibbles ? (i % 2 === 0 ? byte >> 4 : byte & 15) : byte
    if (x < widthPx && y < heightPx) putColour(header, index, data, (rowOf(header, y) * widthPx + x) * 3)
    x++
  }
  while (at + 1 < bytes.length && y < heightPx) {
    const count = bytes[at] ?? 0
    const value = bytes[at + 1] ?? 0
    at += 2
    if (count > 0) for (let i = 0; i < count; i++) put(value, i)
    else if (value === 0) {
      x = 0
      y++
    } else if (value === 1) break
    else if (value === 2) {
      x += bytes[at] ?? 0
      y += bytes[at + 1] ?? 0
      at += 2
    } else {
      for (let i = 0; i < value; i++) put(bytes[at + (isNibbles ? i >> 1 : i)] ?? 0, i)
      const length = isNibbles ? (value + 1) >> 1 : value
      at += length + (length % 2)
    }
  }
  if (x === 0 && y === 0) throw damaged('it has no pixels')
  return { widthPx, heightPx, channels: 3, data }
}

function rowOf({ heightPx, isTopDown }: Header, y: number): number {
  return isTopDown ? y : heightPx - 1 - y
}

function putColour({ palette, paletteStep }: Header, index: number, data: Uint8Array, to: number): void {
  const at = index * paletteStep
  data[to] = palette[at + 2] ?? 0
  data[to + 1] = palette[at + 1] ?? 0
  data[to + 2] = palette[at] ?? 0
}

function uint24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)
}

/** Where a colour's bits begin and the largest number they hold. A mask with a hole is read as if it had none. */
function scaleOf(mask: number): { shift: number; max: number } {
  if (mask === 0) return { shift: 0, max: 0 }
  const shift = 31 - Math.clz32(mask & -mask)
  return { shift, max: mask >>> shift }
}

function damaged(what: string): PhotoFailure {
  return new PhotoFailure('corrupt', `This BMP picture is damaged: ${what}.`)
}
