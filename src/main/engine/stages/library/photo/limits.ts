import type { FailureCode } from '../../../base/domain.ts'

export interface PhotoLimits {
  readonly pixels: number
  /** Of pictures that are decoded a few rows at a time. */
  readonly streamedPixels: number
  readonly sizeBytes: number
  readonly milliseconds: number
}

export const photoLimits: PhotoLimits = {
  /** The largest sensors have 100 MP (102 MP are counted in); decoded, that is 300 MB, what one encoder process may hold. */
  pixels: 102_400_000,
  /**
   * Phones have 108 and 200 MP, stitched panoramas more. Measured with sharp 0.35.5 on flat pictures: beyond the 87 MB of the process a
   * baseline JPEG of 200 MP takes 15 MB, one of 512 MP 26 MB, a PNG of 200 MP 87 MB, a panorama of 32,000 px 137 MB. A progressive JPEG
   * needs all of its coefficients at once, 650 MB for 200 MP.
   */
  streamedPixels: 512_000_000,
  /** A 100 MP RAW or 16-bit TIFF has 600 MB; what is larger is no photo, and hashing it alone takes seconds. */
  sizeBytes: 1024 ** 3,
  /** 100 MP of the slowest format (HEIC, in WebAssembly) take about 20 s here. */
  milliseconds: 30_000
}

/** A file that cannot be read, carried as an error inside this folder only. */
export class PhotoFailure extends Error {
  override readonly name = 'PhotoFailure'
  readonly code: FailureCode

  constructor(code: FailureCode, reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.code = code
  }
}

/** @throws PhotoFailure corrupt, too-many-pixels: from the header, before a pixel is decoded */
export function checkDimensions(widthPx: number, heightPx: number, limits: Pick<PhotoLimits, 'pixels'>): void {
  if (!(widthPx >= 1 && heightPx >= 1))
    throw new PhotoFailure('corrupt', 'This picture is damaged: it says that it has no pixels.')
  if (widthPx * heightPx <= limits.pixels) return
  const megapixels = Math.round((widthPx * heightPx) / 1e6)
  throw new PhotoFailure(
    'too-many-pixels',
    `This picture has ${widthPx} × ${heightPx} pixels (${megapixels} megapixels); Reverie reads up to ${Math.floor(limits.pixels / 1e6)}.`
  )
}

/** @throws PhotoFailure empty-file, too-large: before a byte is read */
export function checkSize(sizeBytes: number, limits: PhotoLimits): void {
  if (sizeBytes === 0) throw new PhotoFailure('empty-file', 'This file is empty: it has no content at all.')
  if (sizeBytes <= limits.sizeBytes) return
  const megabytes = (bytes: number): string => (bytes / 1024 ** 2).toLocaleString('en', { maximumFractionDigits: 0 })
  throw new PhotoFailure(
    'too-large',
    `This file has ${megabytes(sizeBytes)} MB; Reverie reads photos of up to ${megabytes(limits.sizeBytes)} MB.`
  )
}
