import { expect, test } from 'vitest'
import { retrievalMetrics } from '../../../src/main/engine/stages/train/evaluate.ts'

/** Unit vectors along the axes: image i is axis i of 20. */
const axis = (i: number): Float32Array => Float32Array.from({ length: 20 }, (_, j) => (i === j ? 1 : 0))
/** Nearest to image 0, then 1, 2, … */
const descending = Float32Array.from({ length: 20 }, (_, j) => 1 - j / 20)

test('recall counts the queries whose answer is among the first k, and ranks give the rest', () => {
  const images = Array.from({ length: 20 }, (_, i) => axis(i))
  // The same question four times, with its answer at rank 1, 4, 6 and 20.
  const { text_to_image } = retrievalMetrics(images, [descending, descending, descending, descending], [0, 3, 5, 19])
  expect(text_to_image).toEqual({
    r1: 0.25,
    r5: 0.5,
    r10: 0.75,
    mrr: expect.closeTo((1 + 1 / 4 + 1 / 6 + 1 / 20) / 4) as number,
    median_rank: 5
  })
})

test('perfect pairs score 1 in both directions', () => {
  const rows = [axis(0), axis(1), axis(2)]
  const perfect = { r1: 1, r5: 1, r10: 1, mrr: 1, median_rank: 1 }
  expect(retrievalMetrics(rows, rows, [0, 1, 2])).toEqual({ text_to_image: perfect, image_to_text: perfect })
})

test('each direction is counted for itself', () => {
  // Three captions of photo 0, one of which is nearer to photo 1.
  const { text_to_image, image_to_text } = retrievalMetrics([axis(0), axis(1)], [axis(0), axis(1), axis(0)], [0, 0, 0])
  expect(text_to_image.r1).toBeCloseTo(2 / 3)
  expect(image_to_text.r1).toBe(1)
})
