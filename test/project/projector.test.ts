import { expect, test } from 'vitest'
import type { ProjectorWeights } from '../../src/main/engine/domain.ts'
import { applyMap, project } from '../../src/main/engine/project/projector.ts'

const weights: ProjectorWeights = {
  id: '',
  kind: 'linear',
  dimension: 2,
  image: { mean: Float32Array.of(1, 0, 0), matrix: Float32Array.of(1, 0, 0, 2, 0, 0) },
  text: null,
  source: 'by hand'
}

test('a vector is moved by the mean, mapped, and made unit', () => {
  // (4, 2, 9) − (1, 0, 0) = (3, 2, 9), mapped to (3, 4), of length 5.
  const [row] = project(weights, 'image', [Float32Array.of(4, 2, 9)])
  expect(row?.[0]).toBeCloseTo(0.6)
  expect(row?.[1]).toBeCloseTo(0.8)
})

test('a tower without a map keeps its vectors', () => {
  const vectors = [Float32Array.of(0.6, 0.8)]
  expect(project(weights, 'text', vectors)).toEqual(vectors)
})

test('a text without meaning stays without', () => {
  expect(project(weights, 'image', [null, Float32Array.of(2, 0, 0)])).toEqual([null, Float32Array.of(1, 0)])
})

test('the mean itself has no direction', () => {
  expect([...applyMap({ mean: Float32Array.of(1, 2), matrix: Float32Array.of(1, 1) }, Float32Array.of(1, 2))]).toEqual([
    0
  ])
})

test('a vector of another encoder is refused', () => {
  expect(() => project(weights, 'image', [Float32Array.of(1)])).toThrow(
    'A vector of 1 numbers does not fit a map of 3.'
  )
})
