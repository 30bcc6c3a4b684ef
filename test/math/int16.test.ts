import { expect, test } from 'vitest'
import { fromInt16, toInt16 } from '../../src/main/engine/math/int16.ts'
import { seededRandom } from '../../src/main/engine/math/random.ts'
import { dot, makeUnit } from '../../src/main/engine/math/vectors.ts'

test('0, 1 and −1 come back as they are, and anything between as the nearest of 65,535 steps', () => {
  const step = 1 / 32_767
  const values = Float32Array.of(0, 1, -1, 0.4 * step, 0.6 * step, -0.4 * step, -0.6 * step, 0.5)
  expect([...toInt16(values)]).toEqual([0, 32_767, -32_767, 0, 1, 0, -1, 16_384])
  expect(fromInt16(toInt16(values)).subarray(0, 3)).toEqual(Float32Array.of(0, 1, -1))
  // What float32 adds to a unit row does not wrap around.
  expect([...toInt16(Float32Array.of(1 + 2 ** -23, -1 - 2 ** -23))]).toEqual([32_767, -32_767])
})

test('what is in no unit row is refused', () => {
  for (const value of [1.001, -1.001, 40_000, NaN, Infinity, -Infinity])
    expect(() => toInt16(Float32Array.of(0, value))).toThrow(RangeError)
})

test('what is stored again stays the same', () => {
  const all = Int16Array.from({ length: 65_535 }, (_, i) => i - 32_767)
  expect(toInt16(fromInt16(all))).toEqual(all)
})

test('a cosine is off by less than √k / 65534, and by a twentieth of that as a rule', () => {
  const random = seededRandom(5)
  const drawn = (): Float32Array => {
    const row = Float32Array.from({ length: 256 }, () => random.normal())
    makeUnit(row)
    return row
  }
  const errors = Array.from({ length: 2000 }, () => {
    const [query, row] = [drawn(), drawn()]
    return Math.abs(dot(query, fromInt16(toInt16(row))) - dot(query, row))
  })
  expect(Math.max(...errors)).toBeLessThan(Math.sqrt(256) / 65_534)
  expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(Math.sqrt(256) / 65_534 / 20)
})
