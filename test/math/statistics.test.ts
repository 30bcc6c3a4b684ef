import { expect, test } from 'vitest'
import { median } from '../../src/main/engine/math/statistics.ts'

test('the median is the middle value, or lies between the two in the middle', () => {
  expect(median([9, 1, 2])).toBe(2)
  expect(median([10, 9, 1, 2])).toBe(5.5)
  expect(median([])).toBeNaN()
})

test('the values that a median is asked of stay in their order', () => {
  const values = [3, 1, 2]
  median(values)
  expect(values).toEqual([3, 1, 2])
})
