import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { makeUnit } from '../../../src/main/engine/math/vectors.ts'
import type { TrainingData } from '../../../src/main/engine/stages/train/training-data.ts'

/** Photos of random rows, with `textsEach` texts each, near them; every photo a group of its own. */
export function drawnData(
  photos: number,
  textsEach: number,
  options: { rotations?: 1 | 4; d?: number; seed?: number } = {}
): TrainingData {
  const { rotations = 1, d = 6, seed = 1 } = options
  const random = seededRandom(seed)
  const rows = (count: number): Float32Array => {
    const values = Float32Array.from({ length: count * d }, () => random.normal())
    for (let i = 0; i < count; i++) makeUnit(values.subarray(i * d, (i + 1) * d))
    return values
  }
  const pairs = photos * textsEach
  return {
    images: rows(photos * rotations),
    rotations,
    imageDimension: d,
    texts: rows(pairs),
    textDimension: d,
    tokens: Int32Array.from({ length: pairs }, (_, i) => i),
    tokenStarts: Int32Array.from({ length: pairs + 1 }, (_, i) => i),
    pairPhotos: Int32Array.from({ length: pairs }, (_, i) => Math.floor(i / textsEach)),
    pairTexts: Int32Array.from({ length: pairs }, (_, i) => i),
    pairWeights: new Float32Array(pairs).fill(1),
    pairDescribes: new Uint8Array(pairs).fill(1),
    gallery: new Int16Array(0),
    alike: Int32Array.from({ length: photos }, (_, i) => i),
    groups: Int32Array.from({ length: photos }, (_, i) => i),
    labels: new Int32Array(photos).fill(-1)
  }
}
