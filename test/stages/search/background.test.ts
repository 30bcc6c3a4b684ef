import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { unit } from '../../../src/main/engine/math/vectors.ts'
import {
  backgroundAgainst,
  backgroundOfPairs,
  shrunkTowards
} from '../../../src/main/engine/stages/search/background.ts'
import { cosineProbability, meaningCalibration } from '../../../src/main/engine/stages/search/calibrate.ts'

function rows(n: number, k: number, seed: number): Float32Array[] {
  const { normal } = seededRandom(seed)
  return Array.from({ length: n }, () => unit(Float32Array.from({ length: k }, normal)))
}

test('the background is mean and spread of the question’s cosines with the neutral rows', () => {
  // Ten rows at cosine .2, ten at .4, ten at .6: mean .4, variance 2/3 · .04.
  const neutral = [0.2, 0.4, 0.6].flatMap(x =>
    Array.from({ length: 10 }, () => Float32Array.of(x, Math.sqrt(1 - x * x)))
  )
  const background = backgroundAgainst(Float32Array.of(1, 0), neutral, 7)
  expect(background.count).toBe(7)
  expect(background.mean).toBeCloseTo(0.4, 6)
  expect(background.standardDeviation).toBeCloseTo(0.163299, 5)
})

test('without neutral rows, and with rows that are all alike, random directions are assumed', () => {
  const question = rows(1, 64, 1)[0]!
  const random = { count: 3, mean: 0, standardDeviation: 1 / 8 }
  expect(backgroundAgainst(question, [], 3)).toEqual(random)
  expect(backgroundAgainst(question, rows(19, 64, 2), 3)).toEqual(random)
  const alike = Array.from({ length: 50 }, () => question)
  expect(backgroundAgainst(question, alike, 3).standardDeviation).toBe(1 / 8)
  expect(backgroundAgainst(question, alike, 3).mean).toBeCloseTo(1, 5)
  expect(backgroundAgainst(new Float32Array(64), rows(100, 64, 3), 3)).toEqual(random)
  expect(backgroundOfPairs(rows(30, 64, 4), [], 64, 3)).toEqual(random)
})

test('a question of zeros, or of no numbers, makes nothing relevant', () => {
  const neutral = rows(100, 16, 5)
  for (const question of [new Float32Array(16), new Float32Array(16).fill(NaN)]) {
    const background = backgroundAgainst(question, neutral, 1)
    for (const cosine of [0, NaN])
      expect(cosineProbability(cosine, background, meaningCalibration).verdict).toBeLessThan(0.2)
  }
})

test('pairs of neutral rows with the library’s are taken all together', () => {
  const neutral = rows(40, 8, 6)
  const own = rows(25, 8, 7)
  const cosines = neutral.flatMap(one => own.map(row => one.reduce((sum, x, i) => sum + x * row[i]!, 0)))
  const mean = cosines.reduce((sum, x) => sum + x, 0) / 1000
  const background = backgroundOfPairs(neutral, own, 8, 25)
  expect(background.mean).toBeCloseTo(mean, 6)
  const variance = cosines.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 1000
  expect(background.standardDeviation).toBeCloseTo(Math.sqrt(variance), 6)
})

test('a library without rows is judged by the neutral ones, a large one by its own', () => {
  const neutral = { count: 9, mean: 0.1, standardDeviation: 0.05 }
  const nothing = { count: 0, mean: 0, standardDeviation: 0 }
  const empty = shrunkTowards(neutral, nothing)
  expect(empty.count).toBe(9)
  expect(empty.mean).toBeCloseTo(0.1, 10)
  expect(empty.standardDeviation).toBeCloseTo(0.05, 10)
  const large = shrunkTowards(neutral, { count: 1_000_000, mean: 0.5, standardDeviation: 0.02 })
  expect(large.mean).toBeCloseTo(0.5, 3)
  expect(large.standardDeviation).toBeCloseTo(0.02, 2)
  // 50 of each: halfway, and both spreads with the distance between them.
  const half = shrunkTowards(neutral, { count: 50, mean: 0.3, standardDeviation: 0.05 })
  expect(half.mean).toBeCloseTo(0.2, 10)
  expect(half.standardDeviation).toBeCloseTo(Math.sqrt(0.05 ** 2 + 0.1 ** 2), 10)
})
