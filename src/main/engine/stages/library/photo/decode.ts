import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { messageOf } from '../../../../../shared/errors.ts'
import type { Pixels } from '../../../base/domain.ts'
import { checkDimensions, PhotoFailure, type PhotoLimits } from './limits.ts'

/** A picture as the rest of the app sees it: small, upright, sRGB; and how large it really is. */
export interface Decoded {
  readonly pixels: Pixels
  /** Of the upright picture in the file. */
  readonly widthPx: number
  readonly heightPx: number
}

/** Whole-picture pixels from a decoder of our own; alpha only with 4 channels. */
export interface RawPicture {
  readonly widthPx: number
  readonly heightPx: number
  readonly channels: 3 | 4
  readonly data: Uint8Array
}

/** From the size of the upright picture to the size that it is decoded to, never larger. */
export type SizeRule = (widthPx: number, heightPx: number) => { readonly widthPx: number; readonly heightPx: number }

/** What encoders (224…384 px, from the shorter side) and the thumbnail (320 px) need, and no more. */
const longerPx = 512
const shorterPx = 256
/** Beyond 6 : 1 the shorter side gives way: 512 × 256 px of memory must not become 100,000 × 256. */
const longestPx = 1536

const thumbnailPx = 320
const thumbnailQuality = 78

// Parallel work is done by reading several photos at once, which scales better than threads inside one; the operation
// cache only ever holds files that will not be read again.
sharp.concurrency(1)
sharp.cache(false)

/** Longer side 512, shorter at least 256, longest 1536, never enlarged: one decode for the encoder and all that is stored. */
export const indexSize: SizeRule = (widthPx, heightPx) => {
  const longer = Math.max(widthPx, heightPx)
  const shorter = Math.min(widthPx, heightPx)
  const scale = Math.min(1, Math.max(longerPx / longer, shorterPx / shorter), longestPx / longer)
  return scaled(widthPx, heightPx, scale)
}

/** Longer side at most `maximumPx`, never enlarged. */
export const fitting =
  (maximumPx: number): SizeRule =>
  (widthPx, heightPx) =>
    scaled(widthPx, heightPx, Math.min(1, maximumPx / Math.max(widthPx, heightPx)))

function scaled(widthPx: number, heightPx: number, scale: number): ReturnType<SizeRule> {
  return { widthPx: Math.max(1, Math.round(widthPx * scale)), heightPx: Math.max(1, Math.round(heightPx * scale)) }
}

/**
 * Decodes once, straight to the small size (JPEG and WebP shrink while they load). EXIF orientation, ICC profile, CMYK,
 * 16 bits, grey, palettes are turned into upright 8-bit sRGB; transparency becomes white. Of several frames or pages, the first.
 *
 * @throws PhotoFailure
 */
export async function decodeWithSharp(
  input: string | Uint8Array,
  limits: PhotoLimits,
  sizeRule: SizeRule
): Promise<Decoded> {
  const header = await sharp(input, { failOn: 'none', limitInputPixels: false })
    .metadata()
    .catch(damaged('its header cannot be read'))
  const pixelLimit = isStreamed(header) ? Math.max(limits.pixels, limits.streamedPixels) : limits.pixels
  checkDimensions(header.width, header.pageHeight ?? header.height, { pixels: pixelLimit })
  const { width: widthPx, height: heightPx } = header.autoOrient
  const size = sizeRule(widthPx, heightPx)
  const numbers = await decodeNumbers(input, header, size, pixelLimit)
  if (numbers !== null) return { pixels: numbers, widthPx, heightPx }
  const decodeTo = async (failOn: 'error' | 'none'): Promise<Pixels> =>
    rgb(
      sharp(input, { failOn, limitInputPixels: pixelLimit, sequentialRead: true })
        .autoOrient()
        .resize(size.widthPx, size.heightPx, { fit: 'fill' })
        .timeout({ seconds: Math.ceil(limits.milliseconds / 1000) })
    )
  const pixels = await decodeTo('error')
    .catch((cause: unknown) => decodeDamaged(cause, decodeTo))
    .catch(damaged('it cannot be decoded'))
  return { pixels, widthPx, heightPx }
}

/**
 * A TIFF of floating-point or 32-bit numbers, by its range: 0 and 1, or 0 and 255, are black and white where all numbers lie between
 * those; else the least and the greatest are. null where the format says what is white: colours from 0 to 1, and all other pictures.
 *
 * @throws PhotoFailure unsupported-format, where numbers are missing (NaN) or infinite, or colours are brighter than white
 */
async function decodeNumbers(
  input: string | Uint8Array,
  { depth, space }: Metadata,
  size: ReturnType<SizeRule>,
  pixelLimit: number
): Promise<Pixels | null> {
  if (!['float', 'double', 'int', 'uint'].includes(depth)) return null
  const small = sharp(input, { failOn: 'none', limitInputPixels: pixelLimit })
    .autoOrient()
    // No ringing: it would widen the range.
    .resize(size.widthPx, size.heightPx, { fit: 'fill', kernel: 'linear' })
  const { data, info } = await (space === 'scrgb' ? small.toColourspace('scrgb') : small)
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true })
    .catch(damaged('it cannot be decoded'))
  const { width: widthPx, height: heightPx, channels } = info
  const at = (i: number, c: number): number => data.readFloatLE((i * channels + (channels < 3 ? 0 : c)) * 4)
  let [from, to] = [Infinity, -Infinity]
  for (let i = 0; i < widthPx * heightPx; i++)
    for (let c = 0; c < 3; c++) {
      const value = at(i, c)
      if (!Number.isFinite(value)) throw unshown('numbers without a value')
      from = Math.min(from, value)
      to = Math.max(to, value)
    }
  if (space === 'scrgb') {
    if (from < -0.01 || to > 1.01) throw unshown('colours that are brighter than white')
    return null
  }
  if (from >= 0 && to <= 255) [from, to] = [0, to <= 1 ? 1 : 255]
  const span = Math.max(to - from, Number.MIN_VALUE)
  const rgb = new Uint8Array(widthPx * heightPx * 3)
  for (let i = 0; i < widthPx * heightPx; i++)
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = Math.round((255 * (at(i, c) - from)) / span)
  return { widthPx, heightPx, rgb }
}

function unshown(what: string): PhotoFailure {
  return new PhotoFailure('unsupported-format', `This TIFF picture has ${what}, which Reverie cannot show.`)
}

/** Whether a few rows at a time are decoded and made smaller, so that memory does not grow with the picture. */
function isStreamed({ format, isProgressive, orientation = 1, space }: Metadata): boolean {
  // A JPEG is turned when it is small already.
  if (format === 'jpeg') return !isProgressive && space !== 'cmyk'
  return format === 'png' && !isProgressive && orientation === 1
}

/**
 * [Note: damaged pictures] A download that stopped, a bad sector: viewers show what is there, and a person recognises it,
 * so it is indexed. But decoders fill what is missing with one colour, and a picture that is mostly filling would be found
 * for what it is not. So: at least half of the rows must carry something, else it is corrupt.
 */
async function decodeDamaged(cause: unknown, decodeTo: (failOn: 'none') => Promise<Pixels>): Promise<Pixels> {
  if (/timeout|pixel limit/i.test(messageOf(cause))) throw cause
  const pixels = await decodeTo('none').catch(() => {
    throw cause
  })
  const present = presentShare(pixels)
  if (present >= 0.5) return pixels
  const share = present === 0 ? 'nothing of it' : `only its first ${Math.max(1, Math.round(present * 100))} %`
  throw new PhotoFailure('corrupt', `This picture is damaged: ${share} can be read.`, { cause })
}

/** The share of a picture above (or, turned, beside) the plain filling at one of its edges. */
function presentShare({ widthPx, heightPx, rgb }: Pixels): number {
  const isPlain = (start: number, step: number, count: number): boolean => {
    for (let i = 1; i < count; i++)
      for (let c = 0; c < 3; c++)
        if (Math.abs((rgb[start + i * step + c] ?? 0) - (rgb[start + c] ?? 0)) > 2) return false
    return true
  }
  const row = (y: number): boolean => isPlain(y * widthPx * 3, 3, widthPx)
  const column = (x: number): boolean => isPlain(x * 3, widthPx * 3, heightPx)
  const run = (count: number, plain: (i: number) => boolean): number => {
    let length = 0
    while (length < count && plain(length)) length++
    return length / count
  }
  const missing = Math.max(
    run(heightPx, i => row(heightPx - 1 - i)),
    run(heightPx, row),
    run(widthPx, i => column(widthPx - 1 - i)),
    run(widthPx, column)
  )
  return 1 - missing
}

/** From a decoder of our own to the same small size. @param icc the profile of its colours; null for sRGB */
export async function shrink(picture: RawPicture, icc: Uint8Array | null, sizeRule: SizeRule): Promise<Decoded> {
  const { widthPx, heightPx, channels, data } = picture
  const size = sizeRule(widthPx, heightPx)
  const small = sharp(data, { raw: { width: widthPx, height: heightPx, channels }, limitInputPixels: false })
    .resize(size.widthPx, size.heightPx, { fit: 'fill' })
    .flatten({ background: '#ffffff' })
  if (icc === null) return { pixels: await rgb(small), widthPx, heightPx }
  const converted = sharp(withProfile(await small.png({ compressionLevel: 0 }).toBuffer(), icc))
  // A broken profile is ignored, as viewers do: colours a little off beat no picture.
  return { pixels: await rgb(converted).catch(() => rgb(small.clone())), widthPx, heightPx }
}

/** For the grid: at most 320 px on the longer side. */
export async function thumbnailOf(pixels: Pixels): Promise<{ jpeg: Uint8Array; widthPx: number; heightPx: number }> {
  const { data, info } = await fromPixels(pixels)
    .resize(thumbnailPx, thumbnailPx, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: thumbnailQuality })
    .toBuffer({ resolveWithObject: true })
  return { jpeg: data, widthPx: info.width, heightPx: info.height }
}

/** Encodes pixels as JPEG. @param quality  1…100 */
export async function jpegOf(pixels: Pixels, quality: number): Promise<Uint8Array> {
  return fromPixels(pixels).jpeg({ quality }).toBuffer()
}

function fromPixels({ widthPx, heightPx, rgb }: Pixels): Sharp {
  return sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
}

async function rgb(image: Sharp): Promise<Pixels> {
  const { data, info } = await image
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width: widthPx, height: heightPx, channels } = info
  if ((channels as number) === 3) return { widthPx, heightPx, rgb: data }
  const spread = new Uint8Array(widthPx * heightPx * 3)
  for (let i = 0; i < widthPx * heightPx; i++)
    for (let c = 0; c < 3; c++) spread[i * 3 + c] = data[i * channels + (channels < 3 ? 0 : c)] ?? 0
  return { widthPx, heightPx, rgb: spread }
}

/** sharp converts colours by the profile inside a file, so the pixels travel as a PNG that has one. @see PNG, 11.3.2.3 iCCP */
function withProfile(png: Uint8Array, icc: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from('iCCPicc\0\0', 'latin1'), deflateSync(icc)])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(body.length - 4, 0)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  const afterHeader = 8 + 25 // signature and IHDR
  return Buffer.concat([png.subarray(0, afterHeader), chunk, png.subarray(afterHeader)])
}

/**
 * libvips keeps the errors of all pictures that a process decodes at a time in one place, so its words may be those of another
 * picture: a person gets none of them. (A timeout is sharp's own word.)
 */
function damaged(what: string): (cause: unknown) => never {
  return cause => {
    if (cause instanceof PhotoFailure) throw cause
    if (/timeout/i.test(messageOf(cause)))
      throw new PhotoFailure('too-slow', 'This picture takes too long to decode.', { cause })
    throw new PhotoFailure('corrupt', `This picture is damaged: ${what}.`, { cause })
  }
}
