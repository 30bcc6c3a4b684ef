import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { constant, parameter, sum, type Expr } from '../../../src/main/engine/stages/train/expression.ts'
import { gradients } from '../../../src/main/engine/stages/train/gradients.ts'
import {
  contrastiveLoss,
  crossEntropy,
  hardestTripletLoss,
  knownPairs,
  movedLoss,
  structureLoss,
  unitRows
} from '../../../src/main/engine/stages/train/losses.ts'
import { finiteDifferences, naive } from './naive.ts'
import { normals } from './random-graphs.ts'

type Rows = readonly (readonly number[])[]

const rowsOf = (rows: Rows): Expr => constant(Float32Array.from(rows.flat()), [rows.length, rows[0]!.length])
const scalar = (expr: Expr): number => naive(expr)[0]!
/** Points of the unit circle. */
const unitVectorsAt = (...degrees: number[]): Expr =>
  rowsOf(degrees.map(angle => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]))
const none = (b: number): Expr => constant(new Float32Array(b * b), [b, b])
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((total, x, i) => total + x * b[i]!, 0)

function drawnRows(n: number, k: number, seed: number): Rows {
  const values = normals(seededRandom(seed), [n, k])
  return Array.from({ length: n }, (_, i) => [...values.subarray(i * k, (i + 1) * k)])
}

function drawnUnitRows(n: number, k: number, seed: number): Rows {
  return drawnRows(n, k, seed).map(row => row.map(x => x / Math.hypot(...row)))
}

describe('unit rows', () => {
  test('have length 1 and their direction', () => {
    const found = naive(unitRows(rowsOf([[3, 4], [0, -2]]))) // prettier-ignore
    ;[0.6, 0.8, 0, -1].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 10))
  })

  test('a zero row stays zero, and its gradient is a number', () => {
    const x = parameter('x', [2, 2])
    const given = { x: [0, 0, 3, 4] }
    expect(naive(unitRows(x), given).slice(0, 2)).toEqual([0, 0])
    expect(naive(gradients(sum(unitRows(x)), [x])[0]!, given).every(Number.isFinite)).toBe(true)
  })

  test('a gradient along the row is gone: its length cannot change', () => {
    const x = parameter('x', [1, 2])
    // z = x/|x| = [.6, .8]; of g = [1, 1], across the row is g − 1.4 z = [.16, −.12]; over |x| = 5
    const [first, second] = naive(gradients(sum(unitRows(x)), [x])[0]!, { x: [3, 4] })
    expect(first).toBeCloseTo(0.032, 10)
    expect(second).toBeCloseTo(-0.024, 10)
  })
})

test('known pairs are those of the same photo or the same text, but not the pair itself', () => {
  const groups = (...numbers: number[]): Expr => constant(Float32Array.from(numbers), [numbers.length])
  // Photos 0 and 1 show the same; texts 1 and 2 say the same; 0 and 2 have nothing in common.
  expect(naive(knownPairs(groups(7, 7, 9), groups(1, 2, 2)))).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0])
  // The same in both: still 1.
  expect(naive(knownPairs(groups(7, 7), groups(1, 1)))).toEqual([0, 1, 1, 0])
})

describe('contrastive loss', () => {
  test('two photos that look like both texts cannot be told apart: ln 2', () => {
    const image = unitVectorsAt(0, 0)
    expect(scalar(contrastiveLoss(image, image, 0.5, none(2)))).toBeCloseTo(Math.LN2, 6)
  })

  test('two pairs at right angles cost what the wrong one’s share is', () => {
    const image = unitVectorsAt(0, 90)
    // Each way: log(e^(1/.5) + e^0) − 1/.5 = log(1 + e^−2)
    expect(scalar(contrastiveLoss(image, image, 0.5, none(2)))).toBeCloseTo(Math.log(1 + Math.exp(-2)), 6)
  })

  test('a known pair is no wrong answer', () => {
    const image = unitVectorsAt(0, 0)
    const known = constant(Float32Array.of(0, 1, 1, 0), [2, 2])
    expect(scalar(contrastiveLoss(image, image, 0.5, known))).toBeCloseTo(0, 6)
  })

  test.each([0, 1])('is what a loop over all of the batch finds, with known pairs %i', share => {
    const [images, texts] = [drawnUnitRows(5, 3, 1), drawnUnitRows(5, 3, 2)]
    const known = images.map((_, i) => texts.map((_, j) => (i !== j && share === 1 && (i + j) % 3 === 0 ? 1 : 0)))
    const strength = (i: number, j: number): number => Math.exp(dot(images[i]!, texts[j]!) / 0.1)
    let total = 0
    for (let i = 0; i < 5; i++) {
      let amongTexts = 0
      let amongImages = 0
      for (let j = 0; j < 5; j++) {
        if (known[i]![j] === 0) amongTexts += strength(i, j)
        if (known[j]![i] === 0) amongImages += strength(j, i)
      }
      total += -Math.log(strength(i, i) / amongTexts) - Math.log(strength(i, i) / amongImages)
    }
    const found = scalar(contrastiveLoss(rowsOf(images), rowsOf(texts), 0.1, rowsOf(known)))
    expect(found).toBeCloseTo(total / 2 / 5, 5)
  })
})

describe('hardest triplet loss', () => {
  test('a pair that loses to a wrong text costs the gap plus the margin', () => {
    const image = unitVectorsAt(0, 0)
    const text = unitVectorsAt(0, 90) // in degrees: photo 1 looks like text 0
    // photos: [0.2 − 1 + 0 → 0, 0.2 − 0 + 1] mean 0.6; texts: [0.2 − 1 + 1, 0.2 − 0 + 0] mean 0.2
    expect(scalar(hardestTripletLoss(image, text, 0.2, none(2)))).toBeCloseTo(0.6 + 0.2, 6)
  })

  test('costs nothing when every pair wins by the margin', () => {
    const image = unitVectorsAt(0, 90)
    expect(scalar(hardestTripletLoss(image, image, 0.2, none(2)))).toBe(0)
  })

  test('a known pair does not count as wrong', () => {
    const known = constant(Float32Array.of(0, 1, 1, 0), [2, 2])
    // Nothing is left that could win: the own pairs stand at 1 and 0, and the known ones at −4 and below.
    expect(scalar(hardestTripletLoss(unitVectorsAt(0, 0), unitVectorsAt(0, 90), 0.2, known))).toBe(0)
  })

  test('is what a loop over all of the batch finds', () => {
    const [images, texts] = [drawnUnitRows(6, 3, 3), drawnUnitRows(6, 3, 4)]
    const known = images.map((_, i) => texts.map((_, j) => (i !== j && (i * j) % 4 === 1 ? 1 : 0)))
    let total = 0
    for (let i = 0; i < 6; i++) {
      const own = dot(images[i]!, texts[i]!)
      let [nearestText, nearestImage] = [-Infinity, -Infinity]
      for (let j = 0; j < 6; j++) {
        if (j === i) continue
        if (known[i]![j] === 0) nearestText = Math.max(nearestText, dot(images[i]!, texts[j]!))
        if (known[j]![i] === 0) nearestImage = Math.max(nearestImage, dot(images[j]!, texts[i]!))
      }
      total += Math.max(0, 0.3 - own + nearestText) + Math.max(0, 0.3 - own + nearestImage)
    }
    const found = scalar(hardestTripletLoss(rowsOf(images), rowsOf(texts), 0.3, rowsOf(known)))
    expect(found).toBeCloseTo(total / 6, 5)
  })
})

describe('cross-entropy', () => {
  test('knowing nothing of c classes costs ln c, and being sure of the right one nothing', () => {
    expect(scalar(crossEntropy(rowsOf([[2, 2, 2]]), rowsOf([[0, 1, 0]])))).toBeCloseTo(Math.log(3), 6)
    expect(scalar(crossEntropy(rowsOf([[0, 100, 0]]), rowsOf([[0, 1, 0]])))).toBeCloseTo(0, 6)
  })

  test('does not overflow', () => {
    // log(e^0 + e^200) − 0, for the wrong class
    expect(scalar(crossEntropy(rowsOf([[1000, 1200]]), rowsOf([[1, 0]])))).toBeCloseTo(200, 3)
  })

  test('a row without a label does not count', () => {
    const logits = rowsOf([[0, 1], [5, 1], [2, 0]]) // prettier-ignore
    const labels = rowsOf([[0, 1], [0, 0], [0, 1]]) // prettier-ignore
    // (log(1 + e^−1) + log(1 + e^2)) / 2
    const right = (Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(2))) / 2
    expect(scalar(crossEntropy(logits, labels))).toBeCloseTo(right, 6)
    expect(scalar(crossEntropy(logits, constant(new Float32Array(6), [3, 2])))).toBe(0)
  })

  test('is what a loop over the rows finds', () => {
    const logits = drawnRows(7, 4, 5)
    const labels = logits.map((_, i) => [0, 1, 2, 3].map(label => (i % 5 === label ? 1 : 0)))
    let total = 0
    let count = 0
    logits.forEach((row, i) => {
      const label = labels[i]!.indexOf(1)
      if (label < 0) return
      count++
      total -= Math.log(Math.exp(row[label]!) / row.reduce((sum, x) => sum + Math.exp(x), 0))
    })
    expect(count).toBe(6)
    expect(scalar(crossEntropy(rowsOf(logits), rowsOf(labels)))).toBeCloseTo(total / count, 6)
  })
})

describe('structure loss', () => {
  const before = drawnRows(6, 4, 6)

  test('is 0 where nothing moved', () => {
    expect(scalar(structureLoss(rowsOf(before), rowsOf(before)))).toBeCloseTo(0, 10)
  })

  test('does not mind a rotation, a shift or a scale of the whole space', () => {
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)]
    const after = before.map(([x, y, z, w]) => [c * x! - s * y! + 3, s * x! + c * y!, z! - 1, w!].map(v => 2 * v))
    // 2(v + shift) in float32 is off by 1e−7, and the divergence by its square.
    expect(scalar(structureLoss(rowsOf(before), rowsOf(after)))).toBeCloseTo(0, 8)
  })

  test('is at most ln 2, and near it where neighbours became strangers', () => {
    // Two groups far apart, before by the first axis and after by the second: rows 0, 1 | 2, 3 and then 0, 2 | 1, 3.
    const one = rowsOf([[1, 0], [1, 0.01], [-1, 0], [-1, 0.01]]) // prettier-ignore
    const other = rowsOf([[0, 1], [0, -1], [0.01, 1], [0.01, -1]]) // prettier-ignore
    // Each row shares half of its neighbourhood, itself, with the one before: ½ ln 2.
    expect(scalar(structureLoss(one, other))).toBeCloseTo(Math.LN2 / 2, 2)
    for (let seed = 0; seed < 20; seed++) {
      const found = scalar(structureLoss(rowsOf(drawnRows(5, 3, seed)), rowsOf(drawnRows(5, 3, 100 + seed))))
      expect(found).toBeGreaterThan(0)
      expect(found).toBeLessThanOrEqual(Math.LN2)
    }
  })

  test('is what a loop over the neighbourhoods finds, and moves nothing of what was before', () => {
    const after = drawnRows(6, 3, 7)
    const [p, q] = [neighbourhoods(before), neighbourhoods(after)]
    const divergence = (from: readonly number[], to: readonly number[]): number =>
      from.reduce((total, share, j) => total + share * Math.log(share / ((share + to[j]!) / 2)), 0)
    let total = 0
    for (let i = 0; i < 6; i++) total += (divergence(p[i]!, q[i]!) + divergence(q[i]!, p[i]!)) / 2
    expect(scalar(structureLoss(rowsOf(before), rowsOf(after)))).toBeCloseTo(total / 6, 6)

    const moved = parameter('before', [6, 4])
    const [gradient] = gradients(structureLoss(moved, rowsOf(after)), [moved])
    expect(naive(gradient!, { before: before.flat() })).toEqual(new Array(24).fill(0))
  })

  function neighbourhoods(rows: Rows): number[][] {
    const middle = rows[0]!.map((_, j) => rows.reduce((total, row) => total + row[j]!, 0) / rows.length)
    const unit = rows.map(row => row.map((x, j) => x - middle[j]!)).map(row => row.map(x => x / Math.hypot(...row)))
    return unit.map(row => {
      const strengths = unit.map(other => Math.exp(dot(row, other) / 0.1))
      return strengths.map(strength => strength / strengths.reduce((total, x) => total + x, 0))
    })
  }
})

describe('moved loss', () => {
  const counted = (...rows: number[]): Expr => constant(Float32Array.from(rows), [rows.length])

  test('is the mean of 1 − cosine over the rows that count', () => {
    // Turned by 60° and by 90°, of which the second does not count: 1 − ½. Both: (½ + 1) / 2.
    const [before, after] = [unitVectorsAt(0, 0, 0), unitVectorsAt(60, 90, 0)]
    expect(scalar(movedLoss(before, after, counted(1, 0, 0)))).toBeCloseTo(0.5, 6)
    expect(scalar(movedLoss(before, after, counted(1, 1, 0)))).toBeCloseTo(0.75, 6)
    expect(scalar(movedLoss(before, after, counted(0, 0, 1)))).toBeCloseTo(0, 6)
    expect(scalar(movedLoss(before, after, counted(0, 0, 0)))).toBe(0)
  })

  test('pulls the rows that count back, and no others, and moves nothing of what was before', () => {
    const [before, x] = [parameter('before', [3, 4]), parameter('x', [3, 4])]
    const loss = movedLoss(unitRows(before), unitRows(x), counted(1, 0, 1))
    const given = { before: drawnRows(3, 4, 8).flat(), x: drawnRows(3, 4, 9).flat() }
    const [toBefore, toX] = gradients(loss, [before, x]).map(gradient => naive(gradient, given))
    expect(toBefore).toEqual(new Array(12).fill(0))
    const differences = finiteDifferences(loss, 'x', given)
    toX!.forEach((value, i) => expect(value).toBeCloseTo(differences[i]!, 6))
    expect(toX!.slice(4, 8).map(Math.abs)).toEqual([0, 0, 0, 0])
    expect(Math.hypot(...toX!)).toBeGreaterThan(0.1)
  })
})
