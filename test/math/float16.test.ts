import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromFloat16, toFloat16 } from '../../src/main/engine/math/float16.ts'

test('every half comes back from its float32 as the same bits', () => {
  const all = Uint16Array.from({ length: 65_536 }, (_, i) => i)
  const back = toFloat16(fromFloat16(all))
  const changed = [...all].filter(bits => back[bits] !== bits)
  // Not-a-number has many spellings, and one is enough.
  const isNotANumber = (bits: number): boolean => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0
  expect(changed.every(bits => isNotANumber(bits) && isNotANumber(back[bits] ?? 0))).toBe(true)
})

test('any float32 is rounded as the platform rounds it', () => {
  fc.assert(
    fc.property(fc.float(), value => {
      const [half] = fromFloat16(toFloat16(Float32Array.of(value)))
      expect(half).toBe(Math.f16round(value))
    }),
    { numRuns: 5000 }
  )
})

test('values half-way between two halves go to the even one', () => {
  const between = Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -25, 3 * 2 ** -25, 65_519, 65_520)
  expect([...fromFloat16(toFloat16(between))]).toEqual([1, 1 + 2 ** -9, 0, 2 ** -23, 65_504, Infinity])
})
