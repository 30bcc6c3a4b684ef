import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { PhotoFormat, PhotoMetadata, PhotoReading, Pixels, ReadFailure } from '../../../base/domain.ts'
import { openBytes } from '../metadata/bytes.ts'
import { readMetadata } from '../metadata/read-metadata.ts'
import { decodePhoto } from './decode-photo.ts'
import { indexSize, thumbnailOf } from './decode.ts'
import { closeExiftool } from './exiftool.ts'
import { perceptualHashOf, thumbhashOf } from './fingerprint.ts'
import { guard } from './guard.ts'
import { checkSize, photoLimits, type PhotoLimits } from './limits.ts'

export interface ReadPhotoOptions {
  readonly modifiedMs: number
  readonly contentHash: string
  readonly limits?: Partial<PhotoLimits>
}

/**
 * Reads a photo file and its sidecars: pixels for the encoder, and all that is stored about it. Never throws for a bad file.
 *
 * @param sidecarPaths absolute
 */
export async function readPhoto(
  path: string,
  format: PhotoFormat,
  sidecarPaths: readonly string[],
  options: ReadPhotoOptions
): Promise<{ readonly reading: PhotoReading; readonly pixels: Pixels } | ReadFailure> {
  const limits = { ...photoLimits, ...options.limits }
  const { contentHash, modifiedMs } = options
  return guard(limits, contentHash, async () => {
    checkSize((await stat(path)).size, limits)
    const { pixels, widthPx, heightPx } = await decodePhoto(path, format, limits, indexSize)
    const metadata = readPhotoMetadata(path, format, sidecarPaths, modifiedMs)
    const thumbnail = await thumbnailOf(pixels)
    const fingerprints = { thumbhash: thumbhashOf(pixels), perceptualHash: perceptualHashOf(pixels) }
    return {
      reading: { kind: 'photo', contentHash, format, widthPx, heightPx, metadata, thumbnail, ...fingerprints },
      pixels
    }
  })
}

/**
 * Metadata alone, for a photo whose sidecar changed; nothing is decoded. Bad content gives no metadata.
 *
 * @throws the file system's error when the photo cannot be opened
 */
export function readPhotoMetadata(
  path: string,
  format: PhotoFormat,
  sidecarPaths: readonly string[],
  modifiedMs: number
): PhotoMetadata {
  const source = openBytes(path)
  try {
    return readMetadata(source, format, { fileName: basename(path), modifiedMs, sidecarPaths })
  } finally {
    source.close()
  }
}

/** Ends the processes that reading photos started. The next photo that needs them starts them again. */
export async function closePhotoReaders(): Promise<void> {
  await closeExiftool()
}
