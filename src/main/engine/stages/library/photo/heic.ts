import { readFile } from 'node:fs/promises'
import type { DecodedHeif, HeifError, LibHeif } from 'libheif-js/libheif-wasm/libheif-bundle.js'
import { limit } from '../../../base/limit.ts'
import { findBlocks } from '../metadata/blocks.ts'
import { heifParts } from '../metadata/boxes.ts'
import { bytesOf } from '../metadata/bytes.ts'
import { readExif } from '../metadata/exif.ts'
import { shrink, type Decoded, type RawPicture, type SizeRule } from './decode.ts'
import { checkDimensions, PhotoFailure, type PhotoLimits } from './limits.ts'
import { upright } from './upright.ts'

/** WebAssembly memory grows and never shrinks: after a very large picture, the instance is given up. */
const keptHeapBytes = 256 * 1024 * 1024

let instance: Promise<LibHeif> | null = null
const oneAtATime = limit(1)

/**
 * Decodes HEIC and HEIF with libheif in WebAssembly: patents keep HEVC out of sharp's binaries. One at a time, since
 * decoding is synchronous and a 12-megapixel picture needs 60 MB.
 *
 * Rotation and mirroring (irot, imir) are applied by libheif, and EXIF orientation then only repeats them. But converters
 * exist that drop them and keep the EXIF block: where a file has neither, EXIF is what is left of the camera's sensor.
 *
 * @throws PhotoFailure
 */
export async function decodeHeic(
  input: string | Uint8Array,
  limits: PhotoLimits,
  sizeRule: SizeRule
): Promise<Decoded> {
  return oneAtATime(async () => {
    const bytes = typeof input === 'string' ? await readFile(input) : input
    const picture = await decodeWhole(bytes, limits)
    const source = bytesOf(bytes)
    const { icc, isTurned } = heifParts(source)
    const decoded = await shrink(picture, icc === null ? null : source.read(icc.start, icc.length), sizeRule)
    const { exif } = findBlocks(source, 'heic')
    return isTurned || exif === null ? decoded : upright(decoded, readExif(exif).orientation)
  })
}

async function decodeWhole(bytes: Uint8Array, limits: PhotoLimits): Promise<RawPicture> {
  const heif = await (instance ??= load())
  const context = heif.heif_context_alloc()
  let handle: object | null = null
  let decoded: DecodedHeif | null = null
  try {
    const read = heif.heif_context_read_from_memory(context, bytes)
    if (read.code !== heif.heif_error_code.heif_error_Ok) throw failed(heif, read)
    const primary = heif.heif_js_context_get_primary_image_handle(context)
    if (isError(primary)) throw failed(heif, primary)
    handle = primary
    checkDimensions(heif.heif_image_handle_get_width(handle), heif.heif_image_handle_get_height(handle), limits)

    const hasAlpha = Boolean(heif.heif_image_handle_has_alpha_channel(handle))
    const { heif_chroma_interleaved_RGB: three, heif_chroma_interleaved_RGBA: four } = heif.heif_chroma
    const result = await heif.heif_js_decode_image2(
      handle,
      heif.heif_colorspace.heif_colorspace_RGB,
      hasAlpha ? four : three
    )
    if (isError(result)) throw failed(heif, result)
    decoded = result
    return packed(decoded, hasAlpha ? 4 : 3)
  } catch (cause) {
    if (cause instanceof PhotoFailure) throw cause
    instance = null // a trap leaves WebAssembly memory in an unknown state
    throw new PhotoFailure('corrupt', 'This HEIF picture is damaged: decoding it broke the decoder.', { cause })
  } finally {
    if (instance !== null) {
      if (decoded !== null) heif.heif_image_release(decoded.image)
      if (handle !== null) heif.heif_image_handle_release(handle)
      heif.heif_context_free(context)
      if (heif.HEAPU8.length > keptHeapBytes) instance = null
    }
  }
}

async function load(): Promise<LibHeif> {
  const { default: start } = await import('libheif-js/libheif-wasm/libheif-bundle.js')
  const heif = start({ print: () => undefined, printErr: () => undefined })
  await heif.ready
  return heif
}

/** Copies out of WebAssembly memory, which moves when it grows, and drops the padding at the ends of rows. */
function packed(decoded: DecodedHeif, channels: 3 | 4): RawPicture {
  const [plane] = decoded.channels
  if (plane === undefined) throw new PhotoFailure('corrupt', 'This HEIF picture is damaged: it has no pixels.')
  const rowBytes = plane.width * channels
  const data = new Uint8Array(rowBytes * plane.height)
  for (let y = 0; y < plane.height; y++)
    data.set(plane.data.subarray(y * plane.stride, y * plane.stride + rowBytes), y * rowBytes)
  return { widthPx: plane.width, heightPx: plane.height, channels, data }
}

function isError(value: object): value is HeifError {
  return 'code' in value
}

function failed(heif: LibHeif, { code, message }: HeifError): PhotoFailure {
  const detail = message.trim().replace(/\.$/, '')
  const { heif_error_Unsupported_feature: feature, heif_error_Unsupported_filetype: fileType } = heif.heif_error_code
  return code === feature || code === fileType || detail.includes('not been built')
    ? new PhotoFailure(
        'unsupported-format',
        `This HEIF picture is stored in a way that Reverie cannot read (${detail}).`
      )
    : new PhotoFailure('corrupt', `This HEIF picture is damaged and cannot be decoded (${detail}).`)
}
