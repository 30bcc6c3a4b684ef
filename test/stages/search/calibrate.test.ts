import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  cosineProbability,
  isAboveReference,
  pictureCalibration,
  relevantFrom,
  wordCeiling,
  wordProbability
} from '../../../src/main/engine/stages/search/calibrate.ts'

const library = { count: 10_000, mean: 0.1, standardDeviation: 0.05 }

test('a cosine counts by how far it stands out of its own background', () => {
  // √(2 ln 10000) = 4.292. A cosine of 0.1 + 4.292 · 0.05 is what the best of 10,000 strangers is expected to score.
  const { bias, slope } = pictureCalibration
  const atMaximum = 0.1 + Math.sqrt(2 * Math.log(10_000)) * 0.05
  expect(cosineProbability(atMaximum, library, pictureCalibration)).toBeCloseTo(1 / (1 + Math.exp(-bias)), 10)
  expect(cosineProbability(atMaximum + 0.1, library, pictureCalibration)).toBeCloseTo(
    1 / (1 + Math.exp(-bias - 2 * slope)),
    10
  )
})

test('the same standing means less in a larger library', () => {
  const small = cosineProbability(0.4, { ...library, count: 100 }, pictureCalibration)
  const large = cosineProbability(0.4, { ...library, count: 1_000_000 }, pictureCalibration)
  expect(small).toBeGreaterThan(large)
})

test('a background of nothing, of one, or of equals is no evidence', () => {
  for (const count of [0, 1, 5]) {
    const probability = cosineProbability(0.9, { count, mean: 0.9, standardDeviation: 0 }, pictureCalibration)
    expect(probability).toBeGreaterThan(0)
    expect(probability).toBeLessThan(relevantFrom)
  }
})

test('a cosine says something once it is above what the best of as many unrelated items is expected to reach', () => {
  const reference = (n: number): number => 0.1 + Math.sqrt(2 * Math.log(n)) * 0.05
  for (const count of [2, 100, 10_000]) {
    expect(isAboveReference(reference(count) + 1e-9, { ...library, count })).toBe(true)
    expect(isAboveReference(reference(count) - 1e-9, { ...library, count })).toBe(false)
  }
  // One item, or many that are all the same, tell nothing.
  expect(isAboveReference(0.9, { count: 1, mean: 0.9, standardDeviation: 0 })).toBe(false)
})

test('shifting or stretching all cosines of a query changes no probability', () => {
  const cosine = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(cosine, cosine, fc.double({ min: 0.01, max: 5, noNaN: true }), (value, shift, scale) => {
      const moved = {
        count: library.count,
        mean: library.mean * scale + shift,
        standardDeviation: library.standardDeviation * scale
      }
      expect(cosineProbability(value * scale + shift, moved, pictureCalibration)).toBeCloseTo(
        cosineProbability(value, library, pictureCalibration),
        6
      )
    })
  )
})

test('a word that stands nowhere was asked all the same', () => {
  // ln(2 · 1000) = 7.601, what a word of one row would about be worth.
  expect(wordCeiling([5, 3], 1000)).toBe(8)
  expect(wordCeiling([5, 0], 1000)).toBeCloseTo(5 + 7.601, 3)
})

test('all of the asked words are relevant, one of four common ones is not', () => {
  const rows = 1000
  const ceiling = wordCeiling([6, 5, 4, 3], rows)
  expect(wordProbability(18, { ceiling, rows })).toBeGreaterThan(0.9)
  expect(wordProbability(3, { ceiling, rows })).toBeLessThan(0.05)
})

test('"zebra" in a library of recipes: the only word is missing, the words around it are not enough', () => {
  const rows = 262
  const ceiling = wordCeiling([0, 1.2, 0.8], rows) // "zebra in grass"
  expect(wordProbability(2, { ceiling, rows })).toBeLessThan(relevantFrom / 5)
})

test('"chicken" among recipes: a word of every fourth row still finds them', () => {
  const rows = 262
  const best = 1.9
  expect(wordProbability(best, { ceiling: wordCeiling([best], rows), rows })).toBeGreaterThanOrEqual(relevantFrom)
})

test('a better match is never less probable, and a probability is one', () => {
  const positive = fc.double({ min: 1e-6, max: 60, noNaN: true })
  fc.assert(
    fc.property(positive, positive, positive, fc.integer({ min: 0, max: 1e7 }), (a, b, ceiling, rows) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      const less = wordProbability(low, { ceiling, rows })
      const more = wordProbability(high, { ceiling, rows })
      expect(less).toBeLessThanOrEqual(more)
      expect(less).toBeGreaterThan(0)
      expect(more).toBeLessThan(1)
    })
  )
})
