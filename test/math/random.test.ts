import { expect, test } from 'vitest'

import { seededRandom } from '../../src/main/engine/math/random.ts'

const many = (draw: () => number) => Array.from({ length: 20_000 }, draw)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test('the same seed gives the same numbers, the next seed quite others', () => {
  const [first, again, other] = [seededRandom(7), seededRandom(7), seededRandom(8)]
  const numbers = many(() => first.uniform())
  expect(many(() => again.uniform())).toEqual(numbers)
  const others = many(() => other.uniform())
  expect(numbers.filter((value, i) => value === others[i])).toEqual([])
  // Correlation of two independent runs of 20,000: standard deviation 0.007.
  expect(Math.abs(mean(numbers.map((value, i) => (value - 0.5) * (others[i]! - 0.5))) * 12)).toBeLessThan(0.03)
})

test('uniform numbers fill 0…1 evenly, normal ones have mean 0 and deviation 1', () => {
  const random = seededRandom(1)
  const uniform = many(() => random.uniform())
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...uniform)).toBeLessThan(1)
  for (let tenth = 0; tenth < 10; tenth++) {
    expect(uniform.filter(value => Math.floor(value * 10) === tenth).length / uniform.length).toBeCloseTo(0.1, 1)
  }
  const normal = many(() => random.normal())
  expect(Math.abs(mean(normal))).toBeLessThan(0.03)
  expect(Math.abs(mean(normal.map(value => value * value)) - 1)).toBeLessThan(0.05)
})

test('a permutation has every number once, and is not the identity', () => {
  const order = [...seededRandom(3).permutation(1000)]
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  expect(order.filter((value, i) => value === i).length).toBeLessThan(10)
})
