import { seededRandom, type Random } from '../../src/main/engine/math/random.ts'
import { makeUnit } from '../../src/main/engine/math/vectors.ts'
import type { TrainingData } from '../../src/main/engine/train/training-data.ts'

/**
 * A world in which everything is known: photos and texts share meanings, and each modality and each turn has an offset and a distortion
 * of its own that was planted. What a projector should learn to ignore is exactly that.
 */
export interface World {
  readonly data: TrainingData
  /** Photos [n, k] and texts [n, k] that belong to nobody, to search among. */
  readonly strangers: { readonly images: Float32Array; readonly texts: Float32Array }
}

export interface WorldOptions {
  readonly pairs: number
  readonly strangers: number
  readonly dimension: number
  readonly seed: number
}

/** Sizes of what was planted, beside a meaning of length 1; chosen so that zero-shot figures are those of the design's table. */
const planted = {
  /** Share of the dimensions in which meanings differ. */
  meanings: 0.3,
  nuisance: 0.25,
  nuisanceLength: 1.1,
  noise: 1.2,
  modalityOffset: 0.7,
  turnOffset: 1.1,
  turnDistortion: 1
}

export function syntheticWorld({ pairs, strangers, dimension: k, seed }: WorldOptions): World {
  const random = seededRandom(seed)
  const meaningAxes = axes(random, k, Math.round(planted.meanings * k))
  const imageNuisance = axes(random, k, Math.round(planted.nuisance * k))
  const textNuisance = axes(random, k, Math.round(planted.nuisance * k))
  const offset = direction(random, k)
  const turnOffsets = [0, 1, 2, 3].map(() => direction(random, k))
  const distortions = [0, 1, 2, 3].map(() => Array.from({ length: k }, () => random.normal() / Math.sqrt(k)))
  // A distortion of its own for each turn: a random reflection of the row, blended in.
  const mirrors = distortions.map(row => unitRow(Float32Array.from(row)))

  const make = (count: number): { images: Float32Array; texts: Float32Array } => {
    const images = new Float32Array(count * 4 * k)
    const texts = new Float32Array(count * k)
    for (let i = 0; i < count; i++) {
      const meaning = unitRow(mixture(random, meaningAxes, k))
      const seen = sum(
        k,
        [meaning, 1],
        [unitRow(mixture(random, imageNuisance, k)), planted.nuisanceLength],
        [direction(random, k), planted.noise],
        [offset, planted.modalityOffset]
      )
      const said = sum(
        k,
        [meaning, 1],
        [unitRow(mixture(random, textNuisance, k)), planted.nuisanceLength],
        [direction(random, k), planted.noise],
        [offset, -planted.modalityOffset]
      )
      texts.set(unitRow(said), i * k)
      for (let turn = 0; turn < 4; turn++) {
        const row =
          turn === 0
            ? seen
            : sum(
                k,
                [seen, 1],
                [mirrored(seen, mirrors[turn]!, mirrors[(turn + 1) % 4]!), planted.turnDistortion],
                [turnOffsets[turn]!, planted.turnOffset]
              )
        images.set(unitRow(row.slice()), (i * 4 + turn) * k)
      }
    }
    return { images, texts }
  }
  const own = make(pairs)
  const others = make(strangers)
  return {
    data: {
      images: own.images,
      turns: 4,
      imageDimension: k,
      texts: own.texts,
      textDimension: k,
      tokens: new Int32Array(0),
      tokenStarts: new Int32Array(pairs + 1),
      pairPhotos: Int32Array.from({ length: pairs }, (_, i) => i),
      pairTexts: Int32Array.from({ length: pairs }, (_, i) => i),
      pairWeights: new Float32Array(pairs).fill(1),
      groups: Int32Array.from({ length: pairs }, (_, i) => i),
      labels: new Int32Array(pairs).fill(-1)
    },
    strangers: {
      images: Float32Array.from(
        { length: strangers * k },
        (_, i) => others.images[Math.floor(i / k) * 4 * k + (i % k)]!
      ),
      texts: others.texts
    }
  }
}

function axes(random: Random, k: number, count: number): Float32Array[] {
  return Array.from({ length: count }, () => direction(random, k))
}

function direction(random: Random, k: number): Float32Array {
  return unitRow(Float32Array.from({ length: k }, () => random.normal()))
}

function mixture(random: Random, of: readonly Float32Array[], k: number): Float32Array {
  return sum(k, ...of.map(axis => [axis, random.normal()] as const))
}

function sum(k: number, ...parts: readonly (readonly [Float32Array, number])[]): Float32Array {
  const total = new Float32Array(k)
  for (const [row, times] of parts) for (let i = 0; i < k; i++) total[i]! += times * row[i]!
  return total
}

/** The row turned in the plane of two directions: what a linear map can undo for one turn, and not for all at once. */
function mirrored(row: Float32Array, a: Float32Array, b: Float32Array): Float32Array {
  const shifted = new Float32Array(row.length)
  for (let i = 0; i < row.length; i++) shifted[i] = row[(i + 7 * Math.round(10 * (1 + a[0]! + b[0]!))) % row.length]!
  return shifted
}

function unitRow(row: Float32Array): Float32Array {
  makeUnit(row)
  return row
}
