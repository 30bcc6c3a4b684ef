import { stat } from 'node:fs/promises'
import type { PhotoFormat, ReadFailure } from '../../../base/domain.ts'
import { decodePhoto } from './decode-photo.ts'
import { fitting, jpegOf } from './decode.ts'
import { guard } from './guard.ts'
import { checkSize, photoLimits } from './limits.ts'

/** Between the size of the file and what the eye sees on a screen. */
const quality = 88

/** An upright sRGB JPEG of any photo for the preview, its longer side at most `maximumPx`, never enlarged. */
export async function renderPhoto(
  path: string,
  format: PhotoFormat,
  maximumPx: number
): Promise<Uint8Array | ReadFailure> {
  return guard(photoLimits, null, async () => {
    checkSize((await stat(path)).size, photoLimits)
    const { pixels } = await decodePhoto(path, format, photoLimits, fitting(maximumPx))
    return jpegOf(pixels, quality)
  })
}
