import { expect, test } from 'vitest'
import { pairRanks } from '../../../src/main/engine/math/ranks.ts'
import { heldOut, retrieval } from '../../../src/main/engine/stages/train/held-out.ts'
import { rowOf } from '../../../src/main/engine/stages/train/training-data.ts'
import { drawnData } from './drawn-data.ts'

const rowsOf = (data: ReturnType<typeof drawnData>) => ({
  dimension: 6,
  images: data.images,
  rotations: 1 as const,
  texts: data.texts
})

test('ranks are those of the naive way, for every text and every photo', async () => {
  const data = drawnData(17, 3)
  const held = heldOut(data, [...data.groups.keys()])
  const { textRanks, photos, figures } = await retrieval(data, held, rowsOf(data))
  const images = [...data.groups.keys()].map(photo => rowOf(data.images, photo, 6))
  const texts = held.texts.map(text => rowOf(data.texts, text, 6))
  const { ofTexts, ofImages } = pairRanks(images, texts, [...data.pairPhotos])
  expect(textRanks).toEqual(ofTexts)
  expect(photos.map(({ asQuestion }) => Math.round(1 / asQuestion))).toEqual(ofImages)
  expect(figures.textToImage.r5).toBeCloseTo(ofTexts.filter(rank => rank <= 5).length / 51)
})

test('near-duplicates of the right photo are no wrong answers', async () => {
  const data = drawnData(12, 1)
  // Photo 1 is photo 0 once more.
  data.images.copyWithin(6, 0, 6)
  const grouped = { ...data, alike: data.alike.map(group => (group === 1 ? 0 : group)) }
  const held = heldOut(data, [...data.groups.keys()])
  const alone = await retrieval(data, held, rowsOf(data))
  const together = await retrieval(grouped, held, rowsOf(data))
  expect(together.textRanks[0]).toBe(alone.textRanks[0]! - 1)
})

test('only photos of the fold that have pairs are asked for', () => {
  const data = { ...drawnData(4, 1), pairWeights: Float32Array.of(1, 0, 1, 1) }
  expect(heldOut(data, [0, 1, 2])).toEqual({
    photos: [0, 2],
    texts: [0, 2],
    photosOfText: [[0], [1]],
    describing: [true, true]
  })
})

test('rows that are no numbers are found last, so a broken map never looks good', async () => {
  const data = drawnData(9, 1)
  const held = heldOut(data, [...data.groups.keys()])
  const { textRanks, photos, mrr } = await retrieval(data, held, {
    ...rowsOf(data),
    images: new Float32Array(data.images.length).fill(NaN)
  })
  expect(textRanks).toEqual(new Array(9).fill(9))
  expect(photos.map(({ asQuestion }) => asQuestion)).toEqual(new Array(9).fill(1 / 9))
  expect(mrr).toBeCloseTo(1 / 9)
})
