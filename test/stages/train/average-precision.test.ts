import { expect, test } from 'vitest'
import { meanAveragePrecision } from '../../../src/main/engine/stages/train/average-precision.ts'

test('the mean over right answers of how many were right up to each', () => {
  // Ranked right, wrong, right: (1/1 + 2/3) / 2.
  const scores = [0.9, 0.5, 0.1]
  expect(meanAveragePrecision(Int32Array.of(0), Int32Array.of(0, 1, 0), (_, i) => scores[i] ?? 0)).toBeCloseTo(5 / 6)
})

test('what ties counts against us, wherever it stands', () => {
  for (const answers of [Int32Array.of(0, 1), Int32Array.of(1, 0)])
    expect(meanAveragePrecision(Int32Array.of(0), answers, () => 1)).toBe(0.5)
})

test('a query that nothing answers is not counted', () => {
  expect(meanAveragePrecision(Int32Array.of(0, 7), Int32Array.of(0), () => 1)).toBe(1)
  expect(meanAveragePrecision(Int32Array.of(7), Int32Array.of(0), () => 1)).toBeNaN()
})
