import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dot, makeUnit, norm } from '../../src/main/engine/math/vectors.ts'

test('the dot product of 3-4 and 4-3 is 24, and each is 5 long', () => {
  const [a, b] = [Float32Array.of(3, 4), Float32Array.of(4, 3)]
  expect(dot(a, b)).toBe(24)
  expect([norm(a), norm(b)]).toEqual([5, 5])
})

test('a unit vector keeps its direction and has length 1', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 20 }), values => {
      const vector = Float32Array.from(values)
      const before = vector.slice()
      const length = norm(before)
      fc.pre(length > 1e-3)
      expect(makeUnit(vector)).toBe(true)
      expect(norm(vector)).toBeCloseTo(1, 5)
      expect(dot(vector, before)).toBeCloseTo(length, 2)
    })
  )
})

test('what has no direction is told apart and stays as it was', () => {
  for (const values of [
    [0, 0],
    [NaN, 1],
    [Infinity, 1]
  ]) {
    const vector = Float32Array.from(values)
    expect(makeUnit(vector)).toBe(false)
    expect([...vector]).toEqual(values)
  }
})
