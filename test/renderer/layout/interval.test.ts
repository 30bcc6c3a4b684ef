import { expect, test } from 'vitest'
import { placesOf } from '../../../src/renderer/src/layout/interval.ts'

test('a gain stands right of zero, at its share of a line that ends at whole ticks', () => {
  // From 0 to .057 in at most four steps of 1, 2 or 5: steps of .02, so the line is 0 … .06.
  const places = placesOf({ mean: 0.03, low: 0.015, high: 0.057 })
  expect(places.ticks.map(({ value }) => Number(value.toFixed(6)))).toEqual([0, 0.02, 0.04, 0.06])
  expect(places.ticks.map(({ at }) => Math.round(at))).toEqual([0, 33, 67, 100])
  expect(places.zero).toBeCloseTo(0)
  expect(places.low).toBeCloseTo(25)
  expect(places.mean).toBeCloseTo(50)
  expect(places.high).toBeCloseTo(95)
})

test('an interval on both sides of zero has zero between its ends', () => {
  const { zero, low, high, ticks } = placesOf({ mean: -0.01, low: -0.04, high: 0.02 })
  expect(low).toBeLessThan(zero)
  expect(high).toBeGreaterThan(zero)
  expect(ticks.some(({ value }) => Math.abs(value) < 1e-12)).toBe(true)
})

test('differences that are nothing do not fill the line', () => {
  const { low, high } = placesOf({ mean: 0, low: -0.0001, high: 0.0001 })
  expect(high - low).toBeLessThan(2)
  expect(placesOf({ mean: 0, low: 0, high: 0 }).zero).toBeCloseTo(50)
})

test('nothing is drawn outside the line, however large', () => {
  for (const [low, high] of [
    [-0.9, -0.2],
    [0.3, 0.8],
    [-0.000_3, 0.11],
    [-1, 1]
  ] as const) {
    const places = placesOf({ mean: (low + high) / 2, low, high })
    for (const at of [places.zero, places.low, places.mean, places.high]) {
      expect(at).toBeGreaterThanOrEqual(-1e-6)
      expect(at).toBeLessThanOrEqual(100 + 1e-6)
    }
    expect(places.ticks.length).toBeLessThanOrEqual(6)
  }
})
