import { expect, test } from 'vitest'
import type { Pixels } from '../../../../src/main/engine/base/domain.ts'
import { rotatePixels } from '../../../../src/main/engine/stages/library/photo/rotate.ts'

/** A picture whose pixels are all different, and the same one rotated by hand. */
const pixels = (...rows: readonly (readonly number[])[]) => ({
  widthPx: rows[0]?.length ?? 0,
  heightPx: rows.length,
  rgb: Uint8Array.from(rows.flat().flatMap(value => [value, value + 100, value + 200]))
})
const upright = pixels([1, 2, 3], [4, 5, 6])

test('a picture is rotated clockwise, pixel by pixel', () => {
  expect(rotatePixels(upright, 0)).toEqual(upright)
  expect(rotatePixels(upright, 90)).toEqual(pixels([4, 1], [5, 2], [6, 3]))
  expect(rotatePixels(upright, 180)).toEqual(pixels([6, 5, 4], [3, 2, 1]))
  expect(rotatePixels(upright, 270)).toEqual(pixels([3, 6], [2, 5], [1, 4]))
})

test('four quarter rotations, or two halves, are none', () => {
  let quarters: Pixels = upright
  for (let rotation = 0; rotation < 4; rotation++) quarters = rotatePixels(quarters, 90)
  expect(quarters).toEqual(upright)
  expect(rotatePixels(rotatePixels(upright, 180), 180)).toEqual(upright)
  expect(rotatePixels(rotatePixels(upright, 90), 270)).toEqual(upright)
})
