import type { PhotoReading, Pixels, ReadFailure } from '../../../base/domain.ts'
import { sniff, sniffBytes } from '../sniff.ts'
import { decodePhoto } from './decode-photo.ts'
import { indexSize, thumbnailOf } from './decode.ts'
import { guard } from './guard.ts'
import { checkSize, PhotoFailure, photoLimits, type PhotoLimits } from './limits.ts'

export interface DecodedBytes {
  readonly pixels: Pixels
  /** Of the upright picture. */
  readonly widthPx: number
  readonly heightPx: number
  readonly thumbnail: PhotoReading['thumbnail']
}

/** Decodes a dropped or pasted picture, under the same limits as a file. Never throws for bad bytes. */
export async function decodeBytes(
  bytes: Uint8Array,
  limits: PhotoLimits = photoLimits
): Promise<DecodedBytes | ReadFailure> {
  return guard(limits, null, async () => {
    checkSize(bytes.length, limits)
    const sniffed = sniff(bytes.subarray(0, sniffBytes), '')
    if (sniffed.kind !== 'photo') {
      const what = sniffed.kind === 'other' ? sniffed.what : 'a document'
      throw new PhotoFailure(
        'unsupported-format',
        `What was dropped or pasted is ${what}, not a picture that Reverie can read.`
      )
    }
    const decoded = await decodePhoto(bytes, sniffed.format, limits, indexSize)
    return { ...decoded, thumbnail: await thumbnailOf(decoded.pixels) }
  })
}
