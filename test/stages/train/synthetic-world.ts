import { seededRandom, type Random } from '../../../src/main/engine/math/random.ts'
import { makeUnit } from '../../../src/main/engine/math/vectors.ts'
import { rowOf, type TrainingData } from '../../../src/main/engine/stages/train/training-data.ts'

/**
 * A world in which everything is known: photos and texts share meanings, and each modality and each rotation has an offset and a distortion
 * of its own that was planted. What a projector should learn to ignore is exactly that.
 */
export interface World {
  readonly data: TrainingData
  /** Photos [n, k], upright, and texts [n, k] that belong to nobody, to search among. */
  readonly strangers: { readonly images: Float32Array; readonly texts: Float32Array }
}

export interface WorldOptions {
  readonly pairs: number
  readonly strangers: number
  readonly dimension: number
  readonly seed: number
}

/** Sizes of what was planted, beside a meaning of length 1; chosen so that zero-shot figures are near those of the design's table. */
const planted = {
  /** Share of the dimensions in which meanings differ. */
  meanings: 0.3,
  /** Share of the dimensions in which what only one modality knows differs. */
  nuisance: 0.25,
  nuisanceLength: 1.1,
  noise: 1.2,
  modalityOffset: 0.7,
  turnOffset: 1.1,
  turnDistortion: 1
} as const

const rotations = 4

export function syntheticWorld({ pairs, strangers, dimension: k, seed }: WorldOptions): World {
  const random = seededRandom(seed)
  const meanings = directions(random, k, Math.round(planted.meanings * k))
  const nuisances = {
    image: directions(random, k, Math.round(planted.nuisance * k)),
    text: directions(random, k, Math.round(planted.nuisance * k))
  }
  const offset = direction(random, k)
  const turnOffsets = directions(random, k, rotations)
  const firsts = directions(random, k, rotations).map(row => row[0] ?? 0)
  const places = firsts.map(
    (first, rotation) => 7 * Math.round(10 * (1 + first + (firsts[(rotation + 1) % rotations] ?? 0)))
  )

  /** A meaning as one modality shows it. */
  const shown = (meaning: Float32Array, modality: 'image' | 'text'): Float32Array =>
    sum(k, [
      [meaning, 1],
      [mixture(random, nuisances[modality], k), planted.nuisanceLength],
      [direction(random, k), planted.noise],
      [offset, modality === 'image' ? planted.modalityOffset : -planted.modalityOffset]
    ])
  const rotated = (photo: Float32Array, rotation: number): Float32Array =>
    sum(k, [
      [photo, 1],
      [shifted(photo, places[rotation] ?? 0), planted.turnDistortion],
      [turnOffsets[rotation] ?? photo, planted.turnOffset]
    ])

  const make = (count: number): { images: Float32Array; texts: Float32Array } => {
    const images = new Float32Array(count * rotations * k)
    const texts = new Float32Array(count * k)
    for (let i = 0; i < count; i++) {
      const meaning = mixture(random, meanings, k)
      const photo = shown(meaning, 'image')
      texts.set(unitRow(shown(meaning, 'text')), i * k)
      images.set(unitRow(photo.slice()), i * rotations * k)
      for (let rotation = 1; rotation < rotations; rotation++)
        images.set(unitRow(rotated(photo, rotation)), (i * rotations + rotation) * k)
    }
    return { images, texts }
  }
  const own = make(pairs)
  const others = make(strangers)
  const numbers = Int32Array.from({ length: pairs }, (_, i) => i)
  return {
    data: {
      images: own.images,
      rotations,
      imageDimension: k,
      texts: own.texts,
      textDimension: k,
      tokens: new Int32Array(0),
      tokenStarts: new Int32Array(pairs + 1),
      pairPhotos: numbers,
      pairTexts: numbers,
      pairWeights: new Float32Array(pairs).fill(1),
      pairDescribes: new Uint8Array(pairs).fill(1),
      gallery: new Int16Array(0),
      alike: numbers,
      groups: numbers,
      labels: new Int32Array(pairs).fill(-1)
    },
    strangers: { images: uprightRows(others.images, k), texts: others.texts }
  }
}

/** The first of each photo's rotations: [n, 4, k] to [n, k]. */
export function uprightRows(images: Float32Array, k: number): Float32Array {
  const upright = new Float32Array(images.length / rotations)
  for (let i = 0; i < upright.length / k; i++) upright.set(rowOf(images, i * rotations, k), i * k)
  return upright
}

function directions(random: Random, k: number, count: number): Float32Array[] {
  return Array.from({ length: count }, () => direction(random, k))
}

function direction(random: Random, k: number): Float32Array {
  return unitRow(Float32Array.from({ length: k }, () => random.normal()))
}

/** A unit row in the span of these. */
function mixture(random: Random, of: readonly Float32Array[], k: number): Float32Array {
  return unitRow(
    sum(
      k,
      of.map(row => [row, random.normal()] as const)
    )
  )
}

function sum(k: number, parts: readonly (readonly [row: Float32Array, times: number])[]): Float32Array {
  const total = new Float32Array(k)
  for (const [row, times] of parts) for (let i = 0; i < k; i++) total[i] = (total[i] ?? 0) + times * (row[i] ?? 0)
  return total
}

/** The row with its values moved round by so many places: linear, and for each rotation another map that no offset undoes. */
function shifted(row: Float32Array, places: number): Float32Array {
  return row.map((_, i) => row[(i + places) % row.length] ?? 0)
}

function unitRow(row: Float32Array): Float32Array {
  makeUnit(row)
  return row
}
