import { expect, test } from 'vitest'
import { momentsOf } from '../../../src/main/engine/stages/project/moments.ts'

test('means and covariances of three photos with one text each are those worked out by hand', () => {
  const moments = momentsOf(
    [Float32Array.of(0, 0), Float32Array.of(3, 0), Float32Array.of(0, 3)],
    [Float32Array.of(1), Float32Array.of(2), Float32Array.of(6)],
    [0, 1, 2]
  )
  expect([...moments.imageMean]).toEqual([1, 1])
  expect([...moments.textMean]).toEqual([3])
  expect(moments.imageImage.to2DArray()).toEqual([
    [2, -1],
    [-1, 2]
  ])
  // Mean of the products less the product of the means: (0 + 6 + 0) / 3 − 1 · 3 and (0 + 0 + 18) / 3 − 1 · 3.
  expect(moments.imageText.to1DArray()).toEqual([-1, 3])
  expect(moments.textText.get(0, 0)).toBeCloseTo((1 + 4 + 36) / 3 - 9)
})

test('a photo with many texts has no louder voice, and the spread of its texts is kept', () => {
  const images = [Float32Array.of(0), Float32Array.of(1)]
  const texts = [Float32Array.of(0), Float32Array.of(2), Float32Array.of(4)]
  const moments = momentsOf(images, texts, [0, 0, 1])
  expect(moments.textMean[0]).toBeCloseTo((1 + 4) / 2)
  expect(moments.imageText.get(0, 0)).toBeCloseTo(4 / 2 - 0.5 * 2.5)
  expect(moments.textText.get(0, 0)).toBeCloseTo(((0 + 4) / 2 + 16) / 2 - 2.5 ** 2)
})

test('texts without meaning and photos without texts are left out', () => {
  const rows = [Float32Array.of(1, 2), Float32Array.of(5, 1), Float32Array.of(9, 9)]
  const texts = [Float32Array.of(1), Float32Array.of(3)]
  const full = momentsOf(rows.slice(0, 2), texts, [0, 1])
  expect(momentsOf(rows, [...texts, null], [0, 1, 1])).toEqual(full)
})
