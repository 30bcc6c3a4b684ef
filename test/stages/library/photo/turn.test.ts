import { expect, test } from 'vitest'
import type { Pixels } from '../../../../src/main/engine/base/domain.ts'
import { turnPixels } from '../../../../src/main/engine/stages/library/photo/turn.ts'

/** A picture whose pixels are all different, and the same one turned by hand. */
const pixels = (...rows: readonly (readonly number[])[]) => ({
  widthPx: rows[0]?.length ?? 0,
  heightPx: rows.length,
  rgb: Uint8Array.from(rows.flat().flatMap(value => [value, value + 100, value + 200]))
})
const upright = pixels([1, 2, 3], [4, 5, 6])

test('a picture is turned clockwise, pixel by pixel', () => {
  expect(turnPixels(upright, 0)).toEqual(upright)
  expect(turnPixels(upright, 90)).toEqual(pixels([4, 1], [5, 2], [6, 3]))
  expect(turnPixels(upright, 180)).toEqual(pixels([6, 5, 4], [3, 2, 1]))
  expect(turnPixels(upright, 270)).toEqual(pixels([3, 6], [2, 5], [1, 4]))
})

test('four quarter turns, or two halves, are none', () => {
  let quarters: Pixels = upright
  for (let turn = 0; turn < 4; turn++) quarters = turnPixels(quarters, 90)
  expect(quarters).toEqual(upright)
  expect(turnPixels(turnPixels(upright, 180), 180)).toEqual(upright)
  expect(turnPixels(turnPixels(upright, 90), 270)).toEqual(upright)
})
