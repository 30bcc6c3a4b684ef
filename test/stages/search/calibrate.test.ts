import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  cosineProbability,
  isAboveReference,
  meaningCalibration,
  pictureCalibration,
  relevantFrom,
  wordCeiling,
  wordProbability,
  wordVerdict
} from '../../../src/main/engine/stages/search/calibrate.ts'

const library = { count: 10_000, mean: 0.1, standardDeviation: 0.05 }
const logOdds = (p: number): number => Math.log(p / (1 - p))

test('a cosine counts by how far it stands out of its background', () => {
  // √(2 ln 10000) = 4.292. A cosine of 0.1 + 4.292 · 0.05 is what the best of 10,000 strangers is expected to score.
  const { bias, slope } = pictureCalibration.order
  const atMaximum = 0.1 + Math.sqrt(2 * Math.log(10_000)) * 0.05
  expect(logOdds(cosineProbability(atMaximum, library, pictureCalibration).probability)).toBeCloseTo(bias, 8)
  expect(logOdds(cosineProbability(atMaximum + 0.1, library, pictureCalibration).probability)).toBeCloseTo(
    bias + 2 * slope,
    8
  )
})

test('what people often photograph needs less to be relevant than what they hardly do; the order is the same', () => {
  const often = cosineProbability(0.3, library, pictureCalibration, Math.log(0.1))
  const hardly = cosineProbability(0.3, library, pictureCalibration, Math.log(0.0001))
  expect(often.probability).toBe(hardly.probability)
  // ln .1 − ln .0001 = 6.908
  expect(logOdds(often.verdict) - logOdds(hardly.verdict)).toBeCloseTo(
    (pictureCalibration.informed?.commonness ?? NaN) * 6.908,
    3
  )
  expect(cosineProbability(0.3, library, pictureCalibration, null).verdict).toBeLessThan(often.verdict)
})

test('more rows change the log-odds of a hit by their share in the expected maximum alone', () => {
  const background = fc.record({
    mean: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    standardDeviation: fc.double({ min: 0.05, max: 0.3, noNaN: true })
  })
  const count = fc.integer({ min: 2, max: 100_000 })
  fc.assert(
    fc.property(background, fc.double({ min: -0.2, max: 0.5, noNaN: true }), count, count, (own, cosine, n, more) => {
      const at = (rows: number): number =>
        logOdds(cosineProbability(cosine, { ...own, count: rows }, meaningCalibration).verdict)
      // What is cut off at .999 says nothing more.
      if ([n, n + more].some(rows => Math.abs(at(rows)) > 6)) return
      const e = (rows: number): number => Math.sqrt(2 * Math.log(rows))
      expect(at(n) - at(n + more)).toBeCloseTo(meaningCalibration.verdict.slope * (e(n + more) - e(n)), 6)
    })
  )
})

test('whatever the background, an answer is a probability, and no row is relevant for standing where all stand', () => {
  const any = fc.double({ min: -1, max: 1, noNaN: true })
  const spread = fc.oneof(fc.constant(0), fc.constant(NaN), fc.double({ min: 0, max: 1, noNaN: true }))
  const count = fc.constantFrom(0, 1, 2, 5, 600, 100_000)
  fc.assert(
    fc.property(any, any, spread, count, fc.option(any), (cosine, mean, standardDeviation, n, commonness) => {
      const judged = cosineProbability(cosine, { count: n, mean, standardDeviation }, pictureCalibration, commonness)
      for (const p of [judged.probability, judged.verdict]) {
        expect(p).toBeGreaterThanOrEqual(0)
        expect(p).toBeLessThan(1)
      }
    })
  )
  for (const n of [0, 1, 2, 5, 600, 100_000])
    for (const standardDeviation of [0, 0.1]) {
      const background = { count: n, mean: 0.9, standardDeviation }
      expect(cosineProbability(0.9, background, meaningCalibration).verdict).toBeLessThan(relevantFrom)
      expect(cosineProbability(NaN, background, meaningCalibration).verdict).toBeLessThan(relevantFrom)
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
      expect(cosineProbability(value * scale + shift, moved, pictureCalibration).probability).toBeCloseTo(
        cosineProbability(value, library, pictureCalibration).probability,
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

test('what words found from .25 on is relevant from .35 on', () => {
  expect(wordVerdict(0.25)).toBeCloseTo(relevantFrom, 3)
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
  expect(wordVerdict(wordProbability(2, { ceiling, rows }))).toBeLessThan(relevantFrom / 5)
})

test('"chicken" among recipes: a word of every fourth row still finds them', () => {
  const rows = 262
  const best = 1.9
  const probability = wordProbability(best, { ceiling: wordCeiling([best], rows), rows })
  expect(wordVerdict(probability)).toBeGreaterThanOrEqual(relevantFrom)
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
