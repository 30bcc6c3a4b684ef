import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { constant, input, nameOf } from '../../../src/main/engine/stages/train/expression.ts'
import {
  classifier,
  cosineClassifier,
  gelu,
  residualScale,
  towerNet,
  type TowerStart
} from '../../../src/main/engine/stages/train/nets.ts'
import { erfOf, naive, type Numbers } from './naive.ts'
import { normals } from './random-graphs.ts'

const n = 3
const k = 4
const random = seededRandom(1)
const unit = (values: readonly number[]): number[] => values.map(x => x / Math.hypot(...values))
const rows = (values: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => Array.from(values).slice(i * width, (i + 1) * width))
const expectClose = (found: readonly number[], right: readonly number[]): void => {
  expect(found).toHaveLength(right.length)
  found.forEach((value, i) => expect(value).toBeCloseTo(right[i]!, 6))
}

const identity: TowerStart = { tower: 'image', inputDimension: k, dimension: k, linear: null, words: null, hidden: 5 }
const linear = { mean: normals(random, [5]), matrix: normals(random, [5, k]) }
const words = { count: 6, dimension: 2, length: 3 }

/** The net over n rows, with its first values and `more`. */
function applied(start: TowerStart, more: Numbers): number[] {
  const net = towerNet(start, seededRandom(2))
  const initial = Object.fromEntries(net.parameters.map(one => [nameOf(one.parameter), one.initial]))
  return naive(net.apply(input('x', [n, start.inputDimension]), net.wordsOf(n, false)), { ...initial, ...more })
}

describe('at the start', () => {
  const x = rows(normals(random, [n, k]), k).flatMap(unit)

  test('a tower of a common space gives what it was given', () => {
    expectClose(applied(identity, { x }), x)
  })

  test('a tower without a residual gives unit rows to the last bit', () => {
    expect(applied({ ...identity, hidden: 0 }, { x })).toEqual(x)
  })

  test('a tower with a linear map and words gives the linear map', () => {
    const given = normals(random, [n, 5])
    const right = rows(given, 5).flatMap(row =>
      unit(
        Array.from({ length: k }, (_, j) =>
          row.reduce((total, value, i) => total + (value - linear.mean[i]!) * linear.matrix[i * k + j]!, 0)
        )
      )
    )
    const wordMask = [1, 1, 0, 1, 1, 1, 0, 0, 0]
    const wordRows = [0, 1, 2, 3, 4, 5, 0, 0, 0]
    expectClose(applied({ ...identity, inputDimension: 5, linear, words }, { x: given, wordMask, wordRows }), right)
  })
})

test('what words add is their mean and their largest, and what stands behind the end of a text does not count', () => {
  const net = towerNet({ ...identity, tower: 'text', words }, seededRandom(2))
  const found = naive(net.wordsOf(n, false)!, {
    'text.words': [1, 10, 2, -20, 3, 30, 0, 0, 0, 0, 9, 90],
    // Each of the k columns shows one number: mean[0], mean[1], max[0], max[1].
    'text.mean': [1, 0, 0, 0, 0, 1, 0, 0],
    'text.max': [0, 0, 1, 0, 0, 0, 0, 1],
    wordRows: [0, 1, 5, 2, 2, 2, 5, 5, 5],
    wordMask: [1, 1, 0, 1, 1, 1, 0, 0, 0]
  })
  // Words 0 and 1; word 2 three times; none at all.
  expect(found).toEqual([1.5, -5, 2, 10, 3, 30, 3, 30, 0, 0, 0, 0])
})

test('the residual adds c · gelu(√k · y · W₁) · W₂, and the row is made a unit row again', () => {
  const y = unit([1, 2, 3, 4])
  const start: TowerStart = { ...identity, hidden: 1 }
  const found = applied(start, { x: [...y, ...y, ...y], 'image.inner': [1, 0, 0, 0], 'image.outer': [0, 0.5, 0, 0] })
  const inside = 2 * y[0]! // √4 · y₀
  const hidden = (inside * (1 + erfOf(inside / Math.SQRT2))) / 2
  const right = unit([y[0]!, y[1]! + 2 * 0.5 * hidden, y[2]!, y[3]!]) // c = 4/√4
  expect(residualScale(4)).toBe(2)
  expectClose(found, [...right, ...right, ...right])
})

test('gelu has the values of PyTorch 1.13.0', () => {
  const x = constant(Float32Array.of(-3, -1, 0, 0.5, 1, 2), [6])
  expectClose(naive(gelu(x)), [-0.00404969, -0.15865525, 0, 0.34573123, 0.84134475, 1.95449974])
})

test('the linear classifier reads √k · z', () => {
  const head = classifier('modality', 4, 2, seededRandom(3))
  expect(head.parameters.map(({ parameter: one }) => nameOf(one))).toEqual(['modality.weight', 'modality.bias'])
  const z = constant(Float32Array.of(0.5, 0.5, 0.5, 0.5), [1, 4])
  const given = { 'modality.weight': [1, 0, 1, 0, 1, 0, 1, 0], 'modality.bias': [0.25, -1] }
  expect(naive(head.apply(z), given)).toEqual([4.25, -1])
})

test('the labels’ classifier reads the cosine with each label’s direction, whatever its length', () => {
  const head = cosineClassifier('label', 2, 2, seededRandom(3))
  const z = constant(Float32Array.of(1, 0), [1, 2])
  expectClose(naive(head.apply(z), { 'label.directions': [7, 0, 3, 4] }), [10, 6])
})

test('a net starts from the same values for the same seed', () => {
  const initial = (seed: number): Float32Array[] =>
    towerNet(identity, seededRandom(seed)).parameters.map(one => one.initial)
  expect(initial(1)).toEqual(initial(1))
  expect(initial(1)).not.toEqual(initial(2))
})
