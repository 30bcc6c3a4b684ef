import { readFile } from 'node:fs/promises'
import { messageOf } from '../../../../../shared/errors.ts'
import type { PhotoFormat } from '../../../base/domain.ts'
import { decodeBmp } from './bmp.ts'
import { decodeWithSharp, shrink, type Decoded, type SizeRule } from './decode.ts'
import { decodeHeic } from './heic.ts'
import { PhotoFailure, type PhotoLimits } from './limits.ts'
import { decodeRaw } from './raw.ts'

/** Any format, from a path or from bytes, to any size. @throws PhotoFailure, or the file system's error */
export async function decodePhoto(
  input: string | Uint8Array,
  format: PhotoFormat,
  limits: PhotoLimits,
  sizeRule: SizeRule
): Promise<Decoded> {
  switch (format) {
    case 'heic':
      return decodeHeic(input, limits, sizeRule)
    case 'raw':
      return decodeRaw(input, limits, sizeRule)
    case 'bmp':
      return shrink(decodeBmp(await bytesIn(input), limits), null, sizeRule)
    case 'avif':
      return decodeWithSharp(await asStillAvif(input), limits, sizeRule)
    case 'tiff':
      return decodeWithSharp(input, limits, sizeRule).catch(refusedCielab)
    case 'jpeg':
    case 'png':
    case 'webp':
    case 'gif':
      return decodeWithSharp(input, limits, sizeRule)
  }
}

/** Of TIFF pictures that libvips refuses, those in CIELAB colours of 8 bits are not damaged. */
function refusedCielab(failure: unknown): never {
  if (failure instanceof PhotoFailure && messageOf(failure.cause).includes('bad labq format'))
    throw new PhotoFailure(
      'unsupported-format',
      'This TIFF picture is stored in CIELAB colours in a way that Reverie cannot read.',
      { cause: failure.cause }
    )
  throw failure
}

/** libvips looks at the first brand only, and finds `avis` (animated, with a still picture) and the container's own (`mif1`) unfamiliar. */
async function asStillAvif(input: string | Uint8Array): Promise<string | Uint8Array> {
  const bytes = await bytesIn(input)
  if (Buffer.from(bytes.subarray(8, 12)).toString('latin1') === 'avif') return input
  const still = Uint8Array.from(bytes)
  still.set(Buffer.from('avif'), 8)
  return still
}

async function bytesIn(input: string | Uint8Array): Promise<Uint8Array> {
  return typeof input === 'string' ? readFile(input) : input
}
