/** SSAL with everything in it, so small that a step takes a millisecond: a linear map, words, residuals, labels, both adversaries. */
import { seededRandom, type Random } from '../../../src/main/engine/math/random.ts'
import { ssalProgram } from '../../../src/main/engine/stages/train/ssal.ts'
import type { Batch, Program } from '../../../src/main/engine/stages/train/step.ts'

const b = 6
const inputDimension = 5
const k = 4
const labels = 3
const words = { count: 7, dimension: 3, length: 4 }

export function smallProgram(seed: number): Program {
  const random = seededRandom(seed)
  const linear = { mean: normals(random, inputDimension), matrix: normals(random, inputDimension * k) }
  return ssalProgram(
    {
      image: { tower: 'image', inputDimension, dimension: k, linear, words: null, hidden: 3 },
      text: { tower: 'text', inputDimension: k, dimension: k, linear: null, words, hidden: 3 },
      labels
    },
    {
      seed,
      batch: b,
      steps: 100,
      evaluateEvery: 10,
      temperature: 0.2,
      rotatedWeight: 0.25,
      structureWeight: 5,
      anchorWeight: 2,
      labelWeight: 0.1,
      tripletWeight: 0.3,
      modalityReversal: 0.2,
      rotationReversal: 0.1,
      discriminatorSteps: 1,
      learningRate: 1e-3,
      discriminatorLearningRate: 1e-3,
      weightDecay: 1e-2,
      averageDecay: 0.9,
      rehearsedShare: 0,
      imageNoise: 0,
      wordDropout: 0.2,
      learningRateScales: { linear: 0.5, words: 2, residual: 1 }
    }
  )
}

/** Everything that any of the steps reads. One photo has no label, one text no words, two photos show the same. */
export function smallBatch(step: number): Batch {
  const random = seededRandom(1000 + step)
  const wordMask = Float32Array.from({ length: b * words.length }, (_, i) =>
    i % words.length < (Math.floor(i / words.length) + step) % (words.length + 1) ? 1 : 0
  )
  return {
    images: normals(random, b * inputDimension),
    rotated: normals(random, b * inputDimension),
    texts: unitRows(normals(random, b * k), k),
    rotations: oneHot(b, 4, () => random.below(4)),
    labels: oneHot(b, labels, row => (row === 0 ? null : random.below(labels))),
    rehearsed: Float32Array.of(0, 0, 0, 1, 0, 1),
    photoGroups: Float32Array.of(0, 1, 2, 3, 4, 4),
    textGroups: Float32Array.of(0, 1, 1, 3, 4, 5),
    wordMask,
    meanKept: keptShares(random),
    maxKept: keptShares(random),
    wordRows: Int32Array.from({ length: b * words.length }, () => random.below(words.count)),
    modalityReversal: Float32Array.of(0.2),
    rotationReversal: Float32Array.of(0.1)
  }
}

/** What a dropout of .2 multiplies by. */
function keptShares(random: Random): Float32Array {
  return Float32Array.from({ length: b * words.dimension }, () => (random.uniform() < 0.2 ? 0 : 1.25))
}

function normals(random: Random, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal())
}

function unitRows(values: Float32Array, width: number): Float32Array {
  return values.map((value, i) => {
    const row = values.subarray(i - (i % width), i - (i % width) + width)
    return value / Math.hypot(...row)
  })
}

function oneHot(rows: number, width: number, at: (row: number) => number | null): Float32Array {
  const values = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++) {
    const place = at(row)
    if (place !== null) values[row * width + place] = 1
  }
  return values
}
