import { z } from 'zod'
import { EngineError } from '../../../../shared/errors.ts'
import { makeUnit, norm } from '../../math/vectors.ts'
import { readTensors, writeTensors } from './safetensors.ts'

/**
 * Neutral photos as a safetensors file: one tensor `photos` [n, d] in half precision, which moves a cosine by less than .001.
 *
 * @param photos  [n, d] unit rows of the image tower, side by side
 * @param source  what the photos are, in a sentence
 */
export function serializeCohort(photos: Float32Array, dimension: number, source: string): Uint8Array {
  const shape = [photos.length / dimension, dimension]
  return writeTensors([{ name: 'photos', shape, values: photos, isHalf: true }], { format, source })
}

/**
 * @returns [n, d] unit rows
 * @throws EngineError model-broken when the bytes are no such file, or their rows are not of this dimension, zero or not finite
 */
export function parseCohort(bytes: Uint8Array, dimension: number): Float32Array {
  const file = readTensors(bytes)
  const photos = file?.tensors.get('photos')
  const [n = 0, d] = photos?.shape ?? []
  if (photos === undefined || !(photos.values instanceof Float32Array)) throw broken()
  if (metadataSchema.safeParse(file?.metadata).error !== undefined || d !== dimension || n > mostPhotos) throw broken()
  for (let row = 0; row < n; row++) {
    const values = photos.values.subarray(row * d, (row + 1) * d)
    if (!(Math.abs(norm(values) - 1) <= 0.01)) throw broken()
    makeUnit(values)
  }
  return photos.values
}

const format = 'reverie-cohort-1'
const metadataSchema = z.object({ format: z.literal(format) })
/** Each question is compared with all of them. */
const mostPhotos = 4096

function broken(): EngineError {
  return new EngineError(
    'model-broken',
    "The model's file of neutral photos is damaged. Your library is unharmed. Install the model again, or choose another one."
  )
}
